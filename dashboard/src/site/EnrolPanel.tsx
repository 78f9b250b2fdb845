import { Button, CopyButton } from "@mantine/core";
import { fingerprintOf } from "@portero/sealing";
import type { EnrolmentCode, Site } from "@portero/store";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { useTenant, useTimes } from "../app/tenant.tsx";
import { faultWords } from "../ui/fault-words.ts";
import { SideDrawer } from "../ui/SideDrawer.tsx";
import { runningTime } from "../ui/times.ts";
import { canSeal } from "./sealing.ts";
import classes from "./setup.module.css";
import { useSiteChanges } from "./use-site-changes.ts";

/** Makes a code that turns a machine at the gate into this site's box, and shows when it has. */
export function EnrolPanel({ site, onClose }: { site: Site; onClose(): void }) {
  const { t } = useTranslation();
  const { near } = useTimes();
  const { membership, data } = useTenant();
  const { refresh } = useSiteChanges();
  const nowMs = useNowMs();
  const [made, setMade] = useState<EnrolmentCode | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { data: last } = useQuery({
    queryKey: [membership.tenantId, "enrolment", site.id],
    queryFn: ({ signal }) => data.lastEnrolment(site.id, signal),
    refetchInterval: 2_000,
  });
  const usedAtMs = last?.usedAtMs ?? null;
  // The site's new key is read as soon as its box has used the code.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `refresh` is another one each time.
  useEffect(() => {
    if (usedAtMs !== null) refresh();
  }, [usedAtMs]);
  const isUsed = made !== null && usedAtMs !== null && last?.expiresAtMs === made.expiresAtMs;
  const leftMs = made ? made.expiresAtMs - nowMs : 0;
  const command = made
    ? `npm run portero -- enrol --url ${window.location.origin} --code ${made.code}`
    : "";

  const make = async () => {
    setIsBusy(true);
    setError(null);
    try {
      setMade(await data.makeEnrolmentCode(site.id));
    } catch (cause) {
      setError(cause);
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <SideDrawer title={t("setup.enrol.title", { site: site.name })} onClose={onClose}>
      <div className={classes["enrol"]}>
        {site.publicKey !== null && (
          <p className={isUsed ? classes["done"] : classes["hint"]} data-testid="enrolled">
            {last?.usedAtMs
              ? t("setup.enrol.boxSince", {
                  box: last.boxName ?? "",
                  when: near(last.usedAtMs, nowMs),
                })
              : t("setup.enrol.hasBox")}{" "}
            <Fingerprint publicKey={site.publicKey} />
          </p>
        )}
        {!isUsed && (
          <>
            <p>{t("setup.enrol.lead")}</p>
            {site.publicKey !== null && (
              <p className={classes["warning"]}>{t("setup.enrol.replaces")}</p>
            )}
          </>
        )}
        {made && !isUsed && leftMs > 0 && (
          <>
            <output className={classes["code"]} data-testid="enrolment-code">
              {made.code}
            </output>
            <p className={classes["hint"]}>
              {t("setup.enrol.goodFor", { time: runningTime(leftMs) })}
            </p>
            <p>{t("setup.enrol.type")}</p>
            <pre className={classes["command"]}>{command}</pre>
            <CopyButton value={command}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? t("setup.enrol.copied") : t("setup.enrol.copy")}
                </Button>
              )}
            </CopyButton>
            <p className={classes["hint"]}>{t("setup.enrol.once")}</p>
          </>
        )}
        {made && !isUsed && leftMs <= 0 && (
          <p className={classes["warning"]}>{t("setup.enrol.over")}</p>
        )}
        {error !== null && (
          <p className={classes["fault"]} role="alert">
            {faultWords(error, t)}
          </p>
        )}
        {!isUsed && (made === null || leftMs <= 0) && (
          <Button onClick={() => void make()} loading={isBusy} data-testid="make-code">
            {t("setup.enrol.make")}
          </Button>
        )}
      </div>
    </SideDrawer>
  );
}

/** The same eight digits that the box printed: who else had used the code would show others. */
function Fingerprint({ publicKey }: { publicKey: string }) {
  const { t } = useTranslation();
  const [digits, setDigits] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    if (canSeal())
      fingerprintOf(publicKey).then(
        (found) => !isOver && setDigits(found),
        () => {},
      );
    return () => {
      isOver = true;
    };
  }, [publicKey]);
  return digits === null ? null : t("setup.enrol.fingerprint", { digits });
}
