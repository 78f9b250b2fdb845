import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { localInputMs } from "../ui/local-time.ts";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { dateTime, dayKey, runningTime } from "../ui/times.ts";
import { DayColumns, HourColumns, NamedBars } from "./bars.tsx";
import { CameraHours } from "./CameraHours.tsx";
import classes from "./FiguresPage.module.css";
import { figuresOf, type Spread } from "./figures.ts";

const DAY_MS = 86_400_000;

/** A span of whole days in the tenant's zone, as "2026-11-22", oldest first. */
function daysOf(span: string, month: string, nowMs: number, timeZone: string): string[] {
  const day = (utcMs: number) => new Date(utcMs).toISOString().slice(0, 10);
  const today = Date.parse(`${dayKey(nowMs, timeZone)}T00:00Z`);
  if (span !== "month") {
    const count = Number(span);
    return Array.from({ length: count }, (_, back) => day(today - (count - 1 - back) * DAY_MS));
  }
  const days: string[] = [];
  for (let ms = Date.parse(`${month}-01T00:00Z`); day(ms).startsWith(month); ms += DAY_MS) {
    days.push(day(ms));
  }
  return days;
}

/** What the gates did in the last days or in a month; it prints as a page for the assembly. */
export function FiguresPage() {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const { language, timeZone } = useTimes();
  const { cameras } = useSites();
  const [nowMs] = useState(serverNowMs);
  const thisMonth = dayKey(nowMs, timeZone).slice(0, 7);
  const [span, setSpan] = useState("7");
  const [month, setMonth] = useState(thisMonth);
  const days = useMemo(() => daysOf(span, month, nowMs, timeZone), [span, month, nowMs, timeZone]);
  const sinceMs = localInputMs(`${days[0]}T00:00`, timeZone);
  const last = Date.parse(`${days.at(-1)}T00:00Z`) + DAY_MS;
  const untilMs = localInputMs(`${new Date(last).toISOString().slice(0, 10)}T00:00`, timeZone);
  const facts = useQuery({
    queryKey: [membership.tenantId, "figures", sinceMs, untilMs],
    queryFn: ({ signal }) => data.eventFactsBetween(sinceMs, untilMs, signal),
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
  const monthName = new Intl.DateTimeFormat(language, {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(Date.parse(`${month}-15T00:00Z`));
  const spanWords =
    span === "month"
      ? t("figures.ofMonth", { month: monthName })
      : t("figures.lead", { count: Number(span) });
  const nameOf = (cameraId: string) =>
    cameras.find(({ id }) => id === cameraId)?.name ?? t("camera.none");

  return (
    <Page
      title={t("figures.title")}
      lead={`${membership.tenantName} · ${spanWords}`}
      actions={
        <>
          <SegmentedControl
            aria-label={t("figures.span")}
            value={span}
            onChange={setSpan}
            data={[
              { value: "7", label: t("figures.days", { count: 7 }) },
              { value: "30", label: t("figures.days", { count: 30 }) },
              { value: "month", label: t("figures.month") },
            ]}
            data-testid="figures-span"
          />
          {span === "month" && (
            <TextInput
              type="month"
              aria-label={t("figures.whichMonth")}
              value={month}
              max={thisMonth}
              onChange={(event) => {
                // A browser without a field for months lets anything be typed.
                const typed = event.currentTarget.value;
                if (/^\d{4}-(0[1-9]|1[0-2])$/.test(typed) && typed <= thisMonth) setMonth(typed);
              }}
              data-testid="figures-month"
            />
          )}
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
              <Opening name={t("figures.openAutomatic")} spread={figures.opening.automatic} />
              <Opening name={t("figures.openManual")} spread={figures.opening.manual} />
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
                  name: nameOf(cameraId),
                  share: meanConfidence,
                  value: t("figures.cameraValue", {
                    percent: Math.round(meanConfidence * 100),
                    count: vehicles,
                  }),
                }))}
              />
            </section>
            {figures.cameras.length > 0 && (
              <section className={`${classes["card"]} ${classes["wide"]}`}>
                <h2>{t("figures.byHour")}</h2>
                <p>{t("figures.byHourNote")}</p>
                <ScrollRegion className={classes["scrolled"]} label={t("figures.byHour")}>
                  <CameraHours
                    cameras={figures.cameras.map(({ cameraId, byHour }) => ({
                      name: nameOf(cameraId),
                      byHour,
                    }))}
                  />
                </ScrollRegion>
              </section>
            )}
            <p className={classes["made"]}>
              {t("figures.made", { when: dateTime(nowMs, language, timeZone), timeZone })}
            </p>
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

function Opening({ name, spread }: { name: string; spread: Spread | null }) {
  const { t } = useTranslation();
  return (
    <Sum
      name={name}
      value={spread ? runningTime(spread.medianMs) : "—"}
      note={spread ? t("figures.openNote", { time: runningTime(spread.p90Ms) }) : undefined}
    />
  );
}
