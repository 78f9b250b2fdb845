import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { play, unlockSound } from "../app/sounds.ts";
import { useDesk, useTenant } from "../app/tenant.tsx";
import { isFresh } from "./gate-status.ts";
import type { Visit } from "./visits.ts";

/** An alert that nobody has taken sounds again after this time. */
const REMINDER_MS = 30_000;

/** Sounds, the title and the badge: how the desk calls a guard who looks elsewhere. */
export function useAlarms(waiting: readonly Visit[], nowMs: number): void {
  const { t } = useTranslation();
  const { desk, membership } = useTenant();
  const onDuty = useDesk("onDuty");
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
      }),
    [desk],
  );

  useEffect(() => {
    const before = known.current;
    const ids = new Set(waiting.map(({ event }) => event.id));
    known.current = ids;
    const isNew = [...ids].some((id) => !before?.has(id));
    if (isNew) play("alert");
  }, [waiting]);

  useEffect(() => {
    const taken = new Set((onDuty ?? []).flatMap(({ inHand }) => inHand));
    const forgotten = waiting.filter(
      ({ event, command }) =>
        !command &&
        !taken.has(event.id) &&
        !reminded.current.has(event.id) &&
        nowMs - event.occurredAtMs > REMINDER_MS,
    );
    if (forgotten.length === 0) return;
    for (const { event } of forgotten) reminded.current.add(event.id);
    play("reminder");
  }, [waiting, onDuty, nowMs]);

  // What goes silent sends no event that could sound: a site, or the way to all of them.
  const statuses = useDesk("statuses");
  const { kind } = useDesk("connection");
  const silent = [...statuses.values()].filter((status) => !isFresh(status, nowMs)).length;
  const isBlind = kind === "offline";
  useEffect(() => {
    if (silent > 0 || isBlind) play("fault");
  }, [silent, isBlind]);

  const count = waiting.length;
  useEffect(() => {
    const name = membership.tenantName;
    document.title = count > 0 ? t("title.waiting", { count, name }) : `${name} · Portero`;
    const badge = navigator as Navigator & { setAppBadge?(count: number): Promise<void> };
    badge.setAppBadge?.(count).catch(() => {});
  }, [count, membership.tenantName, t]);
}
