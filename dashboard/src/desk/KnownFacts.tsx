import {
  IconBan,
  IconEqualNot,
  IconHistory,
  IconHome,
  IconInfoCircle,
  IconTicket,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRegister, useTenant, useTimes } from "../app/tenant.tsx";
import { Plate } from "../ui/Plate.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { EventSentence } from "./EventSentence.tsx";
import classes from "./KnownFacts.module.css";
import { expectedWithoutPlate, knowledgeOf } from "./known.ts";
import { useWhy } from "./use-why.ts";
import type { Visit } from "./visits.ts";

/** What is known about this vehicle, the most urgent first. Suggestions inform; they never open (safety G7). */
export function KnownFacts({ visit, nowMs }: { visit: Visit; nowMs: number }) {
  const { t } = useTranslation();
  const why = useWhy(visit);
  const register = useRegister();
  const { plate, event } = visit;
  const { suggestions } = event.payload;
  const known = knowledgeOf(plate, register, nowMs);
  const expected = expectedWithoutPlate(register, nowMs);
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
        {isCorrected && known.vehicle && (
          <Fact icon={<IconHome />} tone="admitted">
            {t("known.enrolled", {
              unit: known.vehicle.unit?.name ?? "—",
              resident: known.vehicle.resident?.fullName ?? "—",
            })}
          </Fact>
        )}
        {known.passes.map(({ pass, unit }) => (
          <Fact key={pass.id} icon={<IconTicket />} tone="admitted">
            {t("known.pass", { visitor: pass.visitorName, unit: unit?.name ?? "—" })}
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
        <LastVisit visit={visit} nowMs={nowMs} />
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

function LastVisit({ visit, nowMs }: { visit: Visit; nowMs: number }) {
  const { t } = useTranslation();
  const { data, membership } = useTenant();
  const { near } = useTimes();
  const { plate, event } = visit;
  const earlier = useQuery({
    queryKey: [membership.tenantId, "earlier", plate, event.seq],
    queryFn: ({ signal }) => data.eventsOfPlate(plate ?? "", event.seq, signal),
    enabled: plate !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (plate === null || !earlier.data) return null;
  const last = earlier.data.find(({ eventType }) => eventType !== "plate_corrected");
  return (
    <Fact icon={<IconHistory />}>
      {last ? (
        <>
          {t("known.lastVisit", { when: near(last.occurredAtMs, nowMs) })}{" "}
          <EventSentence event={last} />
        </>
      ) : (
        t("known.firstVisit")
      )}
    </Fact>
  );
}
