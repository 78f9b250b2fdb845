import { Button, SegmentedControl } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { localInputMs } from "../ui/local-time.ts";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { dayKey, runningTime } from "../ui/times.ts";
import { DayColumns, HourColumns, NamedBars } from "./bars.tsx";
import classes from "./FiguresPage.module.css";
import { figuresOf } from "./figures.ts";

const DAY_MS = 86_400_000;

/** The last days in the tenant's zone, oldest first, as "2026-11-22". */
function lastDays(count: number, nowMs: number, timeZone: string): string[] {
  const today = Date.parse(`${dayKey(nowMs, timeZone)}T00:00Z`);
  return Array.from({ length: count }, (_, back) =>
    new Date(today - (count - 1 - back) * DAY_MS).toISOString().slice(0, 10),
  );
}

/** What the gates did in the last days; it prints as a page for the assembly. */
export function FiguresPage() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const { language, timeZone } = useTimes();
  const { cameras } = useSites();
  const [span, setSpan] = useState("7");
  const days = useMemo(() => lastDays(Number(span), serverNowMs(), timeZone), [span, timeZone]);
  const sinceMs = localInputMs(`${days[0]}T00:00`, timeZone);
  const facts = useQuery({
    queryKey: [membership.tenantId, "figures", sinceMs],
    queryFn: ({ signal }) => data.eventFactsSince(sinceMs, signal),
  });
  const figures = useMemo(() => {
    const hour = new Intl.DateTimeFormat("en", { timeZone, hour: "2-digit", hourCycle: "h23" });
    return figuresOf(facts.data ?? [], days, {
      dayOf: (ms) => dayKey(ms, timeZone),
      hourOf: (ms) => Number(hour.format(ms)),
    });
  }, [facts.data, days, timeZone]);
  const answered = figures.automatic + figures.manual;
  const percent = answered === 0 ? null : Math.round((figures.automatic / answered) * 100);

  return (
    <Page
      title={t("figures.title")}
      lead={`${membership.tenantName} · ${t("figures.lead", { count: Number(span) })}`}
      actions={
        <>
          <SegmentedControl
            aria-label={t("figures.span")}
            value={span}
            onChange={setSpan}
            data={["7", "30"].map((value) => ({
              value,
              label: t("figures.days", { count: Number(value) }),
            }))}
          />
          <Button
            variant="default"
            leftSection={<IconPrinter size={17} />}
            onClick={() => window.print()}
          >
            {t("figures.print")}
          </Button>
        </>
      }
    >
      <ScrollRegion className={classes["figures"]} label={t("figures.title")}>
        {facts.isPending || facts.isError ? (
          <p className={classes["none"]}>
            {facts.isError ? t("fault.unreachable") : t("table.loading")}
          </p>
        ) : (
          <>
            <dl className={classes["sums"]}>
              <Sum name={t("figures.entries")} value={String(answered)} />
              <Sum
                name={t("figures.automaticShare")}
                value={percent === null ? "—" : `${percent} %`}
              />
              <Sum name={t("figures.turnedAway")} value={String(figures.turnedAway)} />
              <Sum
                name={t("figures.wait")}
                value={figures.wait ? runningTime(figures.wait.medianMs) : "—"}
                note={
                  figures.wait
                    ? t("figures.waitNote", { time: runningTime(figures.wait.p90Ms) })
                    : undefined
                }
              />
            </dl>
            <section className={classes["card"]}>
              <h2>{t("figures.perDay")}</h2>
              <DayColumns days={figures.days} language={language} />
            </section>
            <section className={classes["card"]}>
              <h2>{t("figures.perHour")}</h2>
              <HourColumns hours={figures.hours} />
            </section>
            <section className={classes["card"]}>
              <h2>{t("figures.units")}</h2>
              <NamedBars
                caption={t("figures.units")}
                rows={figures.units.map(({ name, count }) => ({
                  name,
                  share: count / (figures.units[0]?.count ?? 1),
                  value: String(count),
                }))}
              />
            </section>
            <section className={classes["card"]}>
              <h2>{t("figures.cameras")}</h2>
              <p>{t("figures.camerasNote")}</p>
              <NamedBars
                caption={t("figures.cameras")}
                rows={figures.cameras.map(({ cameraId, vehicles, meanConfidence }) => ({
                  name: cameras.find(({ id }) => id === cameraId)?.name ?? t("camera.none"),
                  share: meanConfidence,
                  value: t("figures.cameraValue", {
                    percent: Math.round(meanConfidence * 100),
                    count: vehicles,
                  }),
                }))}
              />
            </section>
          </>
        )}
      </ScrollRegion>
    </Page>
  );
}

function Sum({ name, value, note }: { name: string; value: string; note?: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}
