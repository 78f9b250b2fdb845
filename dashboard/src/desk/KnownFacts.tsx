import {
  IconBan,
  IconEqualNot,
  IconHistory,
  IconHome,
  IconInfoCircle,
  IconTicket,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRegister, useTenant, useTimes } from "../app/tenant.tsx";
import { Plate } from "../ui/Plate.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import classes from "./KnownFacts.module.css";
import { expectedWithoutPlate, knowledgeOf } from "./known.ts";
import { useVisitWords } from "./use-visit-words.ts";
import { useWhy } from "./use-why.ts";
import { isSighting, storyOf, type Visit } from "./visits.ts";

/** What is known about this vehicle, the most urgent first. Suggestions inform; they never open (safety G7). */
export function KnownFacts({ visit, nowMs }: { visit: Visit; nowMs: number }) {
  const { t } = useTranslation();
  const why = useWhy(visit);
  const register = useRegister();
  const { plate, event } = visit;
  const { suggestions } = event.payload;
  const known = knowledgeOf(plate, register, nowMs);
  const { timeZone } = useTimes();
  const expected = expectedWithoutPlate(register, nowMs, timeZone);
  const isCorrected = visit.correction !== null;
  return (
    <ScrollRegion className={classes["place"]} label={t("known.label")}>
      <ul className={classes["facts"]}>
        <Fact icon={<IconInfoCircle />} tone={why.tone}>
          {why.text}
        </Fact>
        {known.denied && event.eventType !== "access_denied" && (
          <Fact icon={<IconBan />} tone="refused">
            {t("known.denied", { reason: known.denied.reason })}
          </Fact>
        )}
        {known.deniedAlike.map((denied) => (
          <Fact key={denied.id} icon={<IconBan />} tone="refused">
            <span className={classes["suggestion"]}>
              <Plate plate={denied.plate} size="small" comparedWith={plate} />
              <span>{t("known.deniedAlike", { reason: denied.reason })}</span>
            </span>
          </Fact>
        ))}
        {known.vehicle && (isCorrected || event.eventType === "unknown_vehicle") && (
          <Fact icon={<IconHome />} tone={isCorrected ? "admitted" : undefined}>
            {t("known.enrolled", {
              unit: known.vehicle.unit?.name ?? "—",
              resident: known.vehicle.resident?.fullName ?? "—",
            })}
          </Fact>
        )}
        {known.passes.map(({ pass, unit, isAlike }) => (
          <Fact key={pass.id} icon={<IconTicket />} tone={isAlike ? undefined : "admitted"}>
            <span className={classes["suggestion"]}>
              {isAlike && <Plate plate={pass.plate} size="small" comparedWith={plate} />}
              <span>{t("known.pass", { visitor: pass.visitorName, unit: unit?.name ?? "—" })}</span>
            </span>
          </Fact>
        ))}
        {!isCorrected &&
          suggestions.slice(0, 3).map((suggestion) => (
            <Fact key={suggestion.plate} icon={<IconEqualNot />}>
              <span className={classes["suggestion"]}>
                <Plate plate={suggestion.plate} size="small" comparedWith={event.payload.plate} />
                <span>
                  <strong>{suggestion.unit_name}</strong> · {suggestion.resident_name}
                  <small>{t("known.distance", { count: suggestion.distance })}</small>
                </span>
              </span>
            </Fact>
          ))}
        {expected.length > 0 && (
          <Fact icon={<IconTicket />}>
            {t("known.expected", {
              count: expected.length,
              names: expected
                .slice(0, 3)
                .map(({ pass, unit }) => `${pass.visitorName} (${unit?.name ?? "—"})`)
                .join(", "),
            })}
          </Fact>
        )}
        <EarlierVisits visit={visit} nowMs={nowMs} />
      </ul>
    </ScrollRegion>
  );
}

function Fact(props: { icon: ReactNode; tone?: string | undefined; children: ReactNode }) {
  return (
    <li className={classes["fact"]} data-tone={props.tone}>
      <span className={classes["icon"]} aria-hidden="true">
        {props.icon}
      </span>
      <span>{props.children}</span>
    </li>
  );
}

/** As many events as the store reads back. */
const EARLIER_LIMIT = 20;
/** The last visits are told with how they ended. */
const TOLD = 3;

function EarlierVisits({ visit, nowMs }: { visit: Visit; nowMs: number }) {
  const { t } = useTranslation();
  const { data, membership } = useTenant();
  const { near } = useTimes();
  const visitWords = useVisitWords();
  const { plate, event } = visit;
  const earlier = useQuery({
    queryKey: [membership.tenantId, "known-visits", plate, event.seq],
    queryFn: async ({ signal }) => {
      const found = await data.eventsOfPlate(plate ?? "", event.seq, signal);
      const visits = found.filter(isSighting);
      const told = visits.slice(0, TOLD);
      const followed = await Promise.all(told.map((past) => data.eventsAbout(past, signal)));
      const story = storyOf([...told, ...followed.flat()], []);
      return {
        count: visits.length,
        hasMore: found.length === EARLIER_LIMIT,
        told: told.flatMap(({ id }) => story.visits.get(id) ?? []),
      };
    },
    enabled: plate !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (plate === null || !earlier.data) return null;
  const { count, hasMore, told } = earlier.data;
  if (count === 0) return <Fact icon={<IconHistory />}>{t("known.firstVisit")}</Fact>;
  return (
    <Fact icon={<IconHistory />}>
      {t("known.visits", { count, times: hasMore ? `${count}+` : count })}
      <ul className={classes["earlier"]}>
        {told.map((past) => (
          <li key={past.event.id}>
            <Link
              to="/t/$tenantId/events/$eventId"
              params={{ tenantId: membership.tenantId, eventId: past.event.id }}
            >
              {near(past.event.occurredAtMs, nowMs)}
            </Link>{" "}
            {visitWords(past, nowMs)}
          </li>
        ))}
      </ul>
    </Fact>
  );
}
