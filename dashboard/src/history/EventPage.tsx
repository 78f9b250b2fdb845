import { Button } from "@mantine/core";
import type { RealtimeEvent } from "@portero/access";
import { IconArrowLeft, IconLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { PlateEvidence } from "../desk/PlateEvidence.tsx";
import { ToneIcon, toneOf } from "../desk/tone.tsx";
import { useEventSentence } from "../desk/use-event-sentence.ts";
import { useWhy } from "../desk/use-why.ts";
import { VisitFrame } from "../desk/VisitFrame.tsx";
import { isSighting, type SightingEvent, storyOf, type Visit } from "../desk/visits.ts";
import { useRuleWords } from "../rules/rule-words.ts";
import { Page } from "../ui/Page.tsx";
import { Plate } from "../ui/Plate.tsx";
import classes from "./EventPage.module.css";
import { ReadEvidence } from "./ReadEvidence.tsx";
import { StageBars } from "./StageBars.tsx";

/** One event explained: what was seen, how it was read, why it was decided so, what followed. */
export function EventPage() {
  const { t } = useTranslation();
  const { eventId = "" } =
    useParams({ from: "/t/$tenantId/events/$eventId", shouldThrow: false }) ?? {};
  const { membership, data } = useTenant();
  const { tenantId } = membership;
  const found = useQuery({
    queryKey: [tenantId, "event", eventId],
    enabled: eventId !== "",
    queryFn: async ({ signal }) => {
      const event = await data.event(eventId, signal);
      return event && { event, followed: await data.eventsAbout(event, signal) };
    },
  });
  if (!found.data) {
    return (
      <Page title={t("detail.title")}>
        <p className={classes["none"]}>
          {found.isPending
            ? t("table.loading")
            : found.isError
              ? t("fault.unreachable")
              : t("detail.gone")}
        </p>
      </Page>
    );
  }
  const { event, followed } = found.data;
  return <EventDetail key={event.id} event={event} followed={followed} />;
}

function EventDetail({ event, followed }: { event: RealtimeEvent; followed: RealtimeEvent[] }) {
  const { t } = useTranslation();
  const { exact } = useTimes();
  const { tenantId } = useTenant().membership;
  const { gates, cameras } = useSites();
  const sentence = useEventSentence();
  const navigate = useNavigate();
  const nowMs = useNowMs();
  const [isCopied, setIsCopied] = useState(false);
  const story = useMemo(() => storyOf([event, ...followed], []), [event, followed]);
  const visit = story.visits.get(event.id);
  const item = story.items.find(({ id }) => id === event.id);
  const where = [
    gates.find(({ id }) => id === event.gateId)?.name,
    cameras.find(({ id }) => id === event.cameraId)?.name,
  ].filter(Boolean);
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setIsCopied(true);
  };
  const about = "alert_event_id" in event.payload ? event.payload.alert_event_id : undefined;
  return (
    <Page
      title={
        visit
          ? (visit.plate ?? (visit.event.payload.erased ? t("plate.erased") : t("plate.none")))
          : sentence(event)
      }
      lead={`${exact(event.occurredAtMs)} · ${where.join(" · ")}`}
      actions={
        <>
          <Button
            component="a"
            href={`/t/${tenantId}/history`}
            onClick={(click) => {
              click.preventDefault();
              void navigate({ to: "/t/$tenantId/history", params: { tenantId } });
            }}
            variant="default"
            leftSection={<IconArrowLeft size={17} />}
          >
            {t("nav.history")}
          </Button>
          <Button
            variant="default"
            leftSection={<IconLink size={17} />}
            onClick={() => void copy()}
          >
            {isCopied ? t("detail.copied") : t("detail.copy")}
          </Button>
        </>
      }
    >
      <div className={classes["detail"]}>
        {visit && <VisitDetail visit={visit} />}
        <section className={classes["card"]}>
          <h2>{t("detail.timeline")}</h2>
          <ol className={classes["timeline"]}>
            {[event, ...followed].map((entry) => (
              <li key={entry.id}>
                <time dateTime={new Date(entry.occurredAtMs).toISOString()}>
                  {exact(entry.occurredAtMs)}
                </time>
                <span>{sentence(entry)}</span>
              </li>
            ))}
          </ol>
          {item && (
            <p className={classes["outcome"]}>
              <ToneIcon tone={toneOf(item, nowMs)} /> {t(`tone.${toneOf(item, nowMs)}`)}
            </p>
          )}
          {about && (
            <Link
              to="/t/$tenantId/events/$eventId"
              params={{ tenantId, eventId: about }}
              className={classes["link"]}
            >
              {t("detail.about")}
            </Link>
          )}
          <p className={classes["small"]}>
            {t("detail.number", { seq: event.seq })} · {t("detail.arrived")}{" "}
            {exact(event.createdAtMs)}
            {event.isLate && ` · ${t("event.late")}`}
          </p>
        </section>
        {visit?.plate && <EarlierVisits visit={visit} plate={visit.plate} />}
      </div>
    </Page>
  );
}

function VisitDetail({ visit }: { visit: Visit }) {
  const { t } = useTranslation();
  const { tenantId } = useTenant().membership;
  const { gates } = useSites();
  const why = useWhy(visit);
  const { event } = visit;
  const { decision, suggestions, timings_ms: timings } = event.payload;
  const gate = gates.find(({ id }) => id === event.gateId)?.name ?? "";
  return (
    <>
      <section className={classes["pictures"]}>
        <div className={classes["frame"]}>
          <VisitFrame visit={visit} gateName={gate} />
        </div>
        <PlateEvidence visit={visit} />
      </section>
      <section className={classes["card"]}>
        <h2>{t("detail.decision")}</h2>
        <p className={classes["why"]} data-tone={why.tone}>
          {why.text}
        </p>
        <dl className={classes["facts"]}>
          <dt>{t("detail.rule")}</dt>
          <dd>{t(`detail.kind.${decision.kind}`)}</dd>
          <dt>{t("detail.policy")}</dt>
          <dd>{decision.policy_version}</dd>
          {decision.rules && <HeldRules rules={decision.rules} vote={event.payload.vote} />}
          <dt>{t("detail.register")}</dt>
          <dd>{t("detail.registerVersion", { version: decision.register_version })}</dd>
          {event.payload.pass_id && (
            <>
              <dt>{t("detail.entry")}</dt>
              <dd>
                <Link to="/t/$tenantId/passes" params={{ tenantId }} className={classes["link"]}>
                  {[t("detail.pass"), event.payload.visitor_name, event.payload.unit_name]
                    .filter(Boolean)
                    .join(" · ")}
                </Link>
              </dd>
            </>
          )}
          {event.payload.vehicle_id && (
            <>
              <dt>{t("detail.entry")}</dt>
              <dd>
                <Link to="/t/$tenantId/vehicles" params={{ tenantId }} className={classes["link"]}>
                  {[t("detail.vehicle"), event.payload.resident_name, event.payload.unit_name]
                    .filter(Boolean)
                    .join(" · ")}
                </Link>
              </dd>
            </>
          )}
        </dl>
        {suggestions.length > 0 && (
          <ul className={classes["suggestions"]}>
            {suggestions.map((suggestion) => (
              <li key={suggestion.plate}>
                <Plate plate={suggestion.plate} size="small" comparedWith={event.payload.plate} />
                {suggestion.unit_name} · {suggestion.resident_name}
              </li>
            ))}
          </ul>
        )}
      </section>
      <ReadEvidence event={event} />
      <StageBars timings={timings} />
    </>
  );
}

/** What the condominium asked of an opening then, and what this vehicle's pictures gave. */
function HeldRules(props: {
  rules: NonNullable<SightingEvent["payload"]["decision"]["rules"]>;
  vote: SightingEvent["payload"]["vote"];
}) {
  const { rules, vote } = props;
  const { t, i18n } = useTranslation();
  const words = useRuleWords();
  const lead = vote && Math.floor(Math.exp(Math.min(vote.margin_nats, MOST_LEAD_NATS)));
  return (
    <>
      <dt>{t("detail.asked")}</dt>
      <dd>
        <ul className={classes["asked"]} data-testid="held-rules">
          <li>{words("minAgreeingFrames", rules.min_agreeing_frames)}</li>
          <li>{words("minLead", rules.min_lead)}</li>
          <li>{words("minCharacterConfidence", rules.min_character_confidence)}</li>
        </ul>
      </dd>
      {vote && (
        <>
          <dt>{t("detail.had")}</dt>
          <dd>
            {t("detail.hadWords", {
              count: vote.agreeing_frames,
              times: new Intl.NumberFormat(i18n.language).format(lead ?? 0),
              percent: Math.floor(vote.weakest_character * 100),
            })}
          </dd>
        </>
      )}
    </>
  );
}

/** Beyond a million to one nobody compares any more. */
const MOST_LEAD_NATS = Math.log(1e6);

function EarlierVisits({ visit, plate }: { visit: Visit; plate: string }) {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const { exact } = useTimes();
  const sentence = useEventSentence();
  const { tenantId } = membership;
  const earlier = useQuery({
    queryKey: [tenantId, "earlier", plate, visit.event.seq],
    queryFn: ({ signal }) => data.eventsOfPlate(plate, visit.event.seq, signal),
  });
  const visits = (earlier.data ?? []).filter(isSighting).slice(0, 8);
  return (
    <section className={classes["card"]} data-testid="earlier-visits">
      <h2>{t("detail.earlier")}</h2>
      {visits.length === 0 && <p className={classes["small"]}>{t("known.firstVisit")}</p>}
      <ol className={classes["timeline"]}>
        {visits.map((event) => (
          <li key={event.id}>
            <Link
              to="/t/$tenantId/events/$eventId"
              params={{ tenantId, eventId: event.id }}
              className={classes["link"]}
            >
              {exact(event.occurredAtMs)}
            </Link>
            <span>{sentence(event)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
