import { IconMoon } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useDesk, useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { Plate } from "../ui/Plate.tsx";
import { Snapshot } from "../ui/Snapshot.tsx";
import { cameraView } from "./gate-status.ts";
import { LiveTile } from "./LiveTile.tsx";
import classes from "./QuietPane.module.css";
import { useWhy } from "./use-why.ts";
import type { Story, Visit } from "./visits.ts";

/** More cameras than this are small in the right column only. */
const MOST_ON_WALL = 4;

interface QuietPaneProps {
  story: Story;
  isLoaded: boolean;
  nowMs: number;
  onChoose(id: string): void;
}

/** Nobody waits: that, since when, what the cameras see, and who came last. Says so only where somebody could know. */
export function QuietPane({ story, isLoaded, nowMs, onChoose }: QuietPaneProps) {
  const { t } = useTranslation();
  const { near } = useTimes();
  const { cameras } = useSites();
  const statuses = useDesk("statuses");
  const { kind } = useDesk("connection");
  const last = story.items.find((item) => item.kind === "visit");
  const views = cameras.map(({ id }) => cameraView(statuses, id, nowMs));
  const isBlind = cameras.length > 0 && views.every((view) => view.kind !== "live");
  const isAway = kind === "offline" || kind === "reconnecting";

  return (
    <div className={classes["pane"]}>
      <header className={classes["head"]} data-blind={isBlind || isAway || undefined}>
        <IconMoon size={26} stroke={1.5} aria-hidden="true" />
        <div>
          <h1>
            {!isLoaded
              ? t("quiet.loading")
              : isAway
                ? t("quiet.away")
                : isBlind
                  ? t("quiet.blind")
                  : t("quiet.title")}
          </h1>
          {isLoaded && (
            <p>
              {isAway
                ? t("quiet.awayLead")
                : isBlind
                  ? t("quiet.blindLead")
                  : last
                    ? t("quiet.last", { when: near(last.visit.event.occurredAtMs, nowMs) })
                    : t("quiet.never")}
            </p>
          )}
        </div>
      </header>
      {isLoaded && !last && <FirstSteps />}
      {cameras.length > 0 && (
        <ul className={classes["wall"]} data-count={Math.min(cameras.length, MOST_ON_WALL)}>
          {cameras.slice(0, MOST_ON_WALL).map((camera) => (
            <LiveTile key={camera.id} camera={camera} nowMs={nowMs} data-testid="wall-tile" />
          ))}
        </ul>
      )}
      {last && <LastArrival key={last.id} visit={last.visit} nowMs={nowMs} onChoose={onChoose} />}
    </div>
  );
}

function LastArrival(props: { visit: Visit; nowMs: number; onChoose(id: string): void }) {
  const { visit, nowMs, onChoose } = props;
  const { t } = useTranslation();
  const { near } = useTimes();
  const { gates } = useSites();
  const why = useWhy(visit);
  const { event, plate } = visit;
  const gate = gates.find(({ id }) => id === event.gateId)?.name ?? t("gate.none");
  return (
    <button type="button" className={classes["last"]} onClick={() => onChoose(event.id)}>
      <Snapshot
        className={classes["picture"]}
        path={event.snapshotPath}
        alt={t("picture.alt", { plate: plate ?? t("plate.none"), gate })}
        fit="whole"
      />
      <span className={classes["facts"]}>
        <Plate plate={plate} size="card" />
        <span className={classes["words"]}>
          <strong data-tone={why.tone}>{why.text}</strong>
          <span>
            {gate} · {near(event.occurredAtMs, nowMs)}
          </span>
        </span>
      </span>
    </button>
  );
}

/** A new installation: what is still to be done, in order. */
function FirstSteps() {
  const { t } = useTranslation();
  const { tenantId } = useTenant().membership;
  const { cameras } = useSites();
  const params = { tenantId };
  return (
    <div className={classes["steps"]}>
      <h2>{t("first.title")}</h2>
      <ol>
        <li data-done={cameras.length > 0 || undefined}>
          <Link to="/t/$tenantId/site" params={params}>
            {t("first.cameras")}
          </Link>
        </li>
        <li>
          <Link to="/t/$tenantId/houses" params={params}>
            {t("first.houses")}
          </Link>
        </li>
        <li>{t("first.wait")}</li>
      </ol>
    </div>
  );
}
