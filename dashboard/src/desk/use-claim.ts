import { useEffect, useRef } from "react";
import { useTenant } from "../app/tenant.tsx";

/** A claim lasts a minute; it is renewed this often while its alert is in hand. */
const RENEW_MS = 20_000;
/** Nobody has touched the screen for so long: whoever took the alert may have walked away, and it becomes free. */
const PRESENT_MS = 60_000;

/**
 * Holds the alert that this guard took: renewed while it is in hand and somebody is there, given back when another
 * one is taken or the desk is left. Fails silently: nobody is kept from answering by it.
 */
export function useClaim(takenId: string | null, isWaiting: boolean, nowMs: number): void {
  const { desk, data } = useTenant();
  const touchedAtMs = useRef(Date.now());

  useEffect(() => {
    const leaving = new AbortController();
    const touch = () => {
      touchedAtMs.current = Date.now();
    };
    for (const gesture of ["pointerdown", "pointermove", "keydown"]) {
      document.addEventListener(gesture, touch, { signal: leaving.signal, passive: true });
    }
    return () => leaving.abort();
  }, []);

  const heldId = isWaiting ? takenId : null;
  const beat = Math.floor(nowMs / RENEW_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each beat renews it.
  useEffect(() => {
    if (heldId && Date.now() - touchedAtMs.current < PRESENT_MS) {
      data.claimAlert(heldId).then(desk.noteClaim, () => {});
    }
  }, [heldId, beat, data, desk]);

  useEffect(() => {
    if (!takenId) return;
    return () => {
      data.releaseAlert(takenId).catch(() => {});
    };
  }, [takenId, data]);
}
