import { Button } from "@mantine/core";
import type { Camera, Gate, Site, WorkerStatus } from "@portero/store";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { lazyPart } from "../app/part.ts";
import { sitesQuery, useDesk, useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { GateArm } from "../desk/GateArm.tsx";
import { freshGateStatus, isFresh } from "../desk/gate-status.ts";
import { may } from "../session/abilities.ts";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { CameraCard } from "./CameraCard.tsx";
import classes from "./SitePage.module.css";

const CameraPanel = lazyPart(() => import("./CameraPanel.tsx"), "CameraPanel");
const EnrolPanel = lazyPart(() => import("./EnrolPanel.tsx"), "EnrolPanel");
const GatePanel = lazyPart(() => import("./GatePanel.tsx"), "GatePanel");
const NamePanel = lazyPart(() => import("./NamePanel.tsx"), "NamePanel");
const ViewEditor = lazyPart(() => import("./ViewEditor.tsx"), "ViewEditor");

/** Each site with its gates and cameras as they are now, and, for who administers, how they are set up. */
export function SitePage() {
  const { t } = useTranslation();
  const { isPending } = useQuery(sitesQuery(useTenant()));
  const { role } = useTenant().membership;
  const { sites } = useSites();
  const [isAdding, setIsAdding] = useState(false);
  const mayManage = may(role, "manageSites");
  return (
    <Page
      title={t("site.title")}
      lead={t("site.lead")}
      actions={
        mayManage && (
          <Button
            leftSection={<IconPlus size={18} />}
            onClick={() => setIsAdding(true)}
            data-testid="add-site"
          >
            {t("setup.addSite")}
          </Button>
        )
      }
    >
      <ScrollRegion className={classes["sites"]} label={t("site.title")}>
        {sites.length === 0 &&
          (isPending || !mayManage ? (
            <p className={classes["none"]}>{isPending ? t("table.loading") : t("site.none")}</p>
          ) : (
            <section className={classes["first"]}>
              <h2>{t("setup.firstTitle")}</h2>
              <p>{t("setup.firstLead")}</p>
            </section>
          ))}
        {sites.map((site) => (
          <SiteSection key={site.id} site={site} mayManage={mayManage} />
        ))}
      </ScrollRegion>
      <Suspense>
        {isAdding && <NamePanel site={null} onClose={() => setIsAdding(false)} />}
      </Suspense>
    </Page>
  );
}

type Opened =
  | { kind: "name" }
  | { kind: "enrol" }
  | { kind: "camera"; camera: Camera | null }
  | { kind: "gate"; gate: Gate | null }
  | { kind: "view"; camera: Camera }
  | null;

function SiteSection({ site, mayManage }: { site: Site; mayManage: boolean }) {
  const { t } = useTranslation();
  const { near } = useTimes();
  const nowMs = useNowMs();
  const { gates, cameras } = useSites();
  const statuses = useDesk("statuses");
  const [opened, setOpened] = useState<Opened>(null);
  const status = statuses.get(site.id);
  const isSilent = !status || !isFresh(status, nowMs);
  const worker: WorkerStatus = status?.worker ?? {};
  const close = () => setOpened(null);
  const ownGates = gates.filter((gate) => gate.siteId === site.id);
  const ownCameras = cameras.filter((camera) => camera.siteId === site.id);
  return (
    <section className={classes["site"]} data-testid="site">
      <header className={classes["head"]} data-silent={(isSilent && site.publicKey) || undefined}>
        <h2>{site.name}</h2>
        <p>
          {site.publicKey === null
            ? t("setup.noBox")
            : status
              ? isSilent
                ? t("site.silentSince", { when: near(status.reportedAtMs, nowMs) })
                : t("site.reported", { when: near(status.reportedAtMs, nowMs) })
              : t("site.neverReported")}
        </p>
        {!isSilent && (
          <dl className={classes["worker"]}>
            <dt>{t("site.backlog")}</dt>
            <dd>
              {t("site.backlogOf", {
                events: worker.backlog_events ?? 0,
                pictures: worker.backlog_snapshots ?? 0,
              })}
            </dd>
            <dt>{t("site.register")}</dt>
            <dd>
              {worker.register_age_ms == null ? "—" : near(nowMs - worker.register_age_ms, nowMs)}
            </dd>
          </dl>
        )}
        {mayManage && (
          <div className={classes["manage"]}>
            <Button
              size="compact-sm"
              variant={site.publicKey === null ? "filled" : "default"}
              onClick={() => setOpened({ kind: "enrol" })}
              data-testid="enrol-box"
            >
              {site.publicKey === null ? t("setup.enrolBox") : t("setup.box")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setOpened({ kind: "camera", camera: null })}
              data-testid="add-camera"
            >
              {t("setup.addCamera")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setOpened({ kind: "gate", gate: null })}
              data-testid="add-gate"
            >
              {t("setup.addGate")}
            </Button>
            <ChangeButton
              name={site.name}
              onClick={() => setOpened({ kind: "name" })}
              testId="change-site"
            />
          </div>
        )}
      </header>
      <ul className={classes["gates"]}>
        {ownGates.length === 0 && <li className={classes["none"]}>{t("setup.noGates")}</li>}
        {ownGates.map((gate) => (
          <GateItem key={gate.id} gate={gate}>
            {mayManage && (
              <ChangeButton
                name={gate.name}
                onClick={() => setOpened({ kind: "gate", gate })}
                testId="change-gate"
              />
            )}
          </GateItem>
        ))}
      </ul>
      {ownCameras.length === 0 ? (
        <p className={classes["noCameras"]}>{t("setup.noCameras")}</p>
      ) : (
        <ul className={classes["cameras"]}>
          {ownCameras.map((camera) => (
            <CameraCard key={camera.id} camera={camera}>
              {mayManage && (
                <div className={classes["manage"]}>
                  <ChangeButton
                    name={camera.name}
                    onClick={() => setOpened({ kind: "camera", camera })}
                    testId="change-camera"
                  />
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => setOpened({ kind: "view", camera })}
                    data-testid="change-view"
                  >
                    {t("setup.views")}
                  </Button>
                </div>
              )}
            </CameraCard>
          ))}
        </ul>
      )}
      <Suspense>
        {opened?.kind === "name" && <NamePanel site={site} onClose={close} />}
        {opened?.kind === "enrol" && <EnrolPanel site={site} onClose={close} />}
        {opened?.kind === "camera" && (
          <CameraPanel site={site} camera={opened.camera} isSilent={isSilent} onClose={close} />
        )}
        {opened?.kind === "gate" && (
          <GatePanel
            site={site}
            gate={opened.gate && (ownGates.find(({ id }) => id === opened.gate?.id) ?? opened.gate)}
            isSilent={isSilent}
            onClose={close}
          />
        )}
        {opened?.kind === "view" && (
          <ViewEditor camera={opened.camera} isSilent={isSilent} onClose={close} />
        )}
      </Suspense>
    </section>
  );
}

function ChangeButton(props: { name: string; onClick(): void; testId: string }) {
  const { t } = useTranslation();
  return (
    <Button
      size="compact-sm"
      variant="default"
      onClick={props.onClick}
      aria-label={`${t("setup.change")}: ${props.name}`}
      data-testid={props.testId}
    >
      {t("setup.change")}
    </Button>
  );
}

function GateItem({ gate, children }: { gate: Gate; children: ReactNode }) {
  const { t } = useTranslation();
  const nowMs = useNowMs();
  const statuses = useDesk("statuses");
  const state = freshGateStatus(statuses, gate.id, nowMs)?.state ?? "unknown";
  return (
    <li data-state={state}>
      <GateArm state={state} />
      <div>
        <strong>{gate.name}</strong>
        <span>
          {t(`gate.state.${state}`)} · {t(`gate.mode.${gate.mode}`)} ·{" "}
          {t(`site.actuator.${gate.actuator.kind}` as "site.actuator.mqtt")}
        </span>
      </div>
      {children}
    </li>
  );
}
