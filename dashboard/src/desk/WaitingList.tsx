import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk, useSites, useTimes } from "../app/tenant.tsx";
import { useSession } from "../session/session.tsx";
import { Count } from "../ui/Count.tsx";
import { Keycap } from "../ui/Keycap.tsx";
import { Plate } from "../ui/Plate.tsx";
import { Snapshot } from "../ui/Snapshot.tsx";
import { runningTime } from "../ui/times.ts";
import { holderOf } from "./claims.ts";
import { useKeptPlaces } from "./kept-places.ts";
import { ToneIcon, toneOf } from "./tone.tsx";
import { useVisitWords } from "./use-visit-words.ts";
import type { Story, Visit } from "./visits.ts";
import classes from "./WaitingList.module.css";
import { answerOf } from "./waiting.ts";

interface WaitingListProps {
  waiting: readonly Visit[];
  story: Story;
  inHandId: string | null;
  pendingRefusal: string | null;
  isLoaded: boolean;
  nowMs: number;
  onChoose(id: string): void;
}

/** The queue, the one that has waited longest on top: it grows downward and never moves what is there. */
export function WaitingList(props: WaitingListProps) {
  const { waiting, story, inHandId, pendingRefusal, isLoaded, nowMs, onChoose } = props;
  const { t } = useTranslation();
  const touchedAtMs = useRef(0);
  const isTouched = Date.now() - touchedAtMs.current < HELD_MS;
  const shown = useKeptPlaces(waiting, isTouched);
  const [asked, setAsked] = useState(PORTION);
  const inHandPlace = inHandId === null ? -1 : shown.indexOf(inHandId);
  const drawn = Math.max(asked, Math.ceil((inHandPlace + 1) / PORTION) * PORTION);
  const notDrawn = shown.length - drawn;
  return (
    <section className={classes["column"]} aria-label={t("waiting.label")}>
      <header className={classes["head"]}>
        <h2 className={classes["title"]} data-any={waiting.length > 0 || undefined}>
          {t("waiting.title")}
          <Count value={waiting.length} className={classes["count"]} data-testid="waiting-count" />
        </h2>
        {waiting.length > 1 && (
          <span className={classes["keys"]}>
            <Keycap>J</Keycap>
            <Keycap>K</Keycap>
          </span>
        )}
      </header>
      <ol
        className={classes["list"]}
        aria-live="polite"
        aria-relevant="additions"
        onPointerMove={() => {
          touchedAtMs.current = Date.now();
        }}
        onPointerLeave={() => {
          touchedAtMs.current = 0;
        }}
      >
        {shown
          .slice(0, drawn)
          .map((id) => story.visits.get(id))
          .map(
            (visit) =>
              visit && (
                <WaitingCard
                  key={visit.event.id}
                  visit={visit}
                  isGone={!waiting.includes(visit)}
                  isInHand={visit.event.id === inHandId}
                  isRefused={visit.event.id === pendingRefusal}
                  nowMs={nowMs}
                  onChoose={onChoose}
                />
              ),
          )}
        {notDrawn > 0 && (
          <li>
            <button
              type="button"
              className={classes["more"]}
              onClick={() => setAsked(drawn + PORTION)}
              data-testid="waiting-more"
            >
              {t("waiting.more", { count: notDrawn })}
            </button>
          </li>
        )}
      </ol>
      {shown.length === 0 && (
        <p className={classes["none"]}>{isLoaded ? t("waiting.none") : t("waiting.loading")}</p>
      )}
      <WaitingSummary {...props} />
    </section>
  );
}

/** So many cards are drawn at a time, the longest wait first: hundreds at once would slow down the one in hand. */
const PORTION = 40;

interface WaitingCardProps {
  visit: Visit;
  /** Answered already, and there only so that nothing moves under the pointer. */
  isGone: boolean;
  isInHand: boolean;
  isRefused: boolean;
  nowMs: number;
  onChoose(id: string): void;
}

/** So long after the pointer has moved over the queue nothing in it moves. */
const HELD_MS = 2_500;

/** Waiting longer than this is told in a stronger look. */
const LONG_MS = 60_000;

function WaitingCard(props: WaitingCardProps) {
  const { visit, isGone, isInHand, isRefused, nowMs, onChoose } = props;
  const { t } = useTranslation();
  const { user } = useSession();
  const { exact } = useTimes();
  const visitWords = useVisitWords();
  const claims = useDesk("claims");
  const { gates } = useSites();
  const { event, plate, command } = visit;
  const gate = gates.find(({ id }) => id === event.gateId);
  const holder = holderOf(claims, event.id, nowMs);
  const stage = holder ? 0 : (visit.escalation?.payload.stage ?? 0);
  const waitedMs = nowMs - event.occurredAtMs;
  return (
    <li>
      <button
        type="button"
        className={classes["card"]}
        aria-current={isInHand || undefined}
        data-long={waitedMs > LONG_MS || undefined}
        data-refused={isRefused || undefined}
        data-gone={isGone || undefined}
        data-stage={stage || undefined}
        data-holder={holder?.displayName}
        data-testid={isGone ? "gone-card" : "waiting-card"}
        data-alert-id={event.id}
        onClick={() => onChoose(event.id)}
      >
        <Snapshot
          className={classes["crop"]}
          path={event.payload.plate_snapshot_path ?? event.snapshotPath}
          alt=""
          fit={event.payload.plate_snapshot_path ? "whole" : "fill"}
          isQuiet
        />
        <span className={classes["plate"]}>
          <Plate
            plate={plate}
            characters={visit.correction ? undefined : event.payload.characters}
            size="card"
          />
          <time
            className={classes["timer"]}
            dateTime={new Date(event.occurredAtMs).toISOString()}
            title={exact(event.occurredAtMs)}
          >
            {isGone ? (
              <ToneIcon tone={toneOf({ kind: "visit", id: event.id, visit }, nowMs)} />
            ) : (
              runningTime(waitedMs)
            )}
          </time>
        </span>
        <span className={classes["foot"]}>
          <span>{gate?.name ?? t("gate.none")}</span>
          <span className={classes["holder"]}>
            {isGone
              ? visitWords(visit, nowMs)
              : command
                ? t("waiting.opening", { name: command.requestedByName })
                : holder
                  ? holder.userId === user.id
                    ? t("waiting.yours")
                    : t("waiting.heldBy", { name: holder.displayName })
                  : stage > 1
                    ? t("waiting.escalated")
                    : t("waiting.free")}
          </span>
        </span>
      </button>
    </li>
  );
}

/** Below the queue: when the last one was answered, and how long people wait today. */
function WaitingSummary({ story, nowMs, isLoaded }: WaitingListProps) {
  const { t } = useTranslation();
  const { near } = useTimes();
  if (!isLoaded) return null;
  let lastAtMs = 0;
  const waitsMs: number[] = [];
  for (const visit of story.visits.values()) {
    const { command, refusal, event } = visit;
    const answeredAtMs = command?.requestedAtMs ?? refusal?.occurredAtMs;
    if (answeredAtMs === undefined || answerOf(visit, nowMs) === null) continue;
    lastAtMs = Math.max(lastAtMs, answeredAtMs);
    if (nowMs - answeredAtMs < 12 * 3_600_000) waitsMs.push(answeredAtMs - event.occurredAtMs);
  }
  if (lastAtMs === 0) return null;
  const meanMs = waitsMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, waitsMs.length);
  return (
    <footer className={classes["summary"]}>
      <span>{t("waiting.lastAnswered", { when: near(lastAtMs, nowMs) })}</span>
      {waitsMs.length > 0 && (
        <span>{t("waiting.mean", { time: runningTime(Math.max(0, meanMs)) })}</span>
      )}
    </footer>
  );
}
