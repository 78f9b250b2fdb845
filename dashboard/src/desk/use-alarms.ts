import { useMatch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "../app/notices.ts";
import { play, unlockSound } from "../app/sounds.ts";
import { useDesk, useTenant } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { holderOf } from "./claims.ts";
import { isFresh } from "./gate-status.ts";
import type { Visit } from "./visits.ts";

/** `gateway` tells an alert again after thirty seconds; where none runs, the screen does it by itself. */
const REMINDER_MS = 35_000;

/** Sounds, the title and the badge: how the desk calls a guard who looks elsewhere. */
export function useAlarms(waiting: readonly Visit[], nowMs: number): void {
  const { t } = useTranslation();
  const { desk, membership } = useTenant();
  const claims = useDesk("claims");
  const isAtDesk = useMatch({ from: "/t/$tenantId/", shouldThrow: false }) !== undefined;
  // Who administers on another page is called only for what no guard has taken.
  const isGuarding = isAtDesk || membership.role === "guard";
  const reminded = useRef(new Set<string>());
  const known = useRef<Set<string> | null>(null);

  useEffect(() => {
    const leaving = new AbortController();
    unlockSound(leaving.signal);
    return () => leaving.abort();
  }, []);

  useEffect(
    () =>
      desk.onArrival((event) => {
        if (event.isLate) return;
        const { eventType } = event;
        if (
          eventType === "camera_offline" ||
          eventType === "gate_command_failed" ||
          eventType === "alert"
        ) {
          play("fault");
        }
        if (eventType !== "alert_escalated") return;
        const { stage } = event.payload;
        if (stage === 1) {
          if (isGuarding) play("reminder");
        } else if (isGuarding || (stage === 3 && may(membership.role, "managePeople"))) {
          play("escalation");
          notify(t("notice.title"), membership.tenantName, "portero-escalated");
        }
      }),
    [desk, isGuarding, membership, t],
  );

  useEffect(() => {
    const before = known.current;
    const ids = new Set(waiting.map(({ event }) => event.id));
    known.current = ids;
    const isNew = [...ids].some((id) => !before?.has(id));
    if (isNew && isGuarding) {
      play("alert");
      notify(t("notice.waiting"), membership.tenantName, "portero-waiting");
    }
  }, [waiting, isGuarding, membership, t]);

  useEffect(() => {
    const forgotten = waiting.filter(
      ({ event, command, escalation }) =>
        !command &&
        !escalation &&
        !holderOf(claims, event.id, nowMs) &&
        !reminded.current.has(event.id) &&
        nowMs - event.occurredAtMs > REMINDER_MS,
    );
    if (forgotten.length === 0) return;
    for (const { event } of forgotten) reminded.current.add(event.id);
    if (isGuarding) play("reminder");
  }, [waiting, claims, nowMs, isGuarding]);

  // What goes silent sends no event that could sound: a site, or the way to all of them.
  const statuses = useDesk("statuses");
  const { kind } = useDesk("connection");
  const silent = [...statuses.values()].filter((status) => !isFresh(status, nowMs)).length;
  const isBlind = kind === "offline";
  useEffect(() => {
    if (silent > 0 || isBlind) play("fault");
  }, [silent, isBlind]);

  const count = waiting.length;
  const isUrgent = waiting.some(
    ({ event, escalation }) =>
      (escalation?.payload.stage ?? 0) > 1 && !holderOf(claims, event.id, nowMs),
  );
  useEffect(() => {
    const name = membership.tenantName;
    const waits = isUrgent
      ? t("title.escalated", { count, name })
      : t("title.waiting", { count, name });
    document.title = count > 0 ? waits : `${name} · Portero`;
    const badge = navigator as Navigator & { setAppBadge?(count: number): Promise<void> };
    badge.setAppBadge?.(count).catch(() => {});
  }, [count, isUrgent, membership.tenantName, t]);
}
