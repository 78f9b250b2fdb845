import { StoreError } from "@portero/store";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTenant } from "../app/tenant.tsx";
import { newId } from "./new-id.ts";

/** A refusal can be taken back this long, because it is sent only then. */
const UNDO_MS = 4_000;
const REQUEST_LIMIT_MS = 8_000;

export interface OpeningFault {
  /** The alert, or the gate of an opening without one. */
  of: string;
  error: unknown;
  retry(): void;
}

export interface GuardActions {
  open(gateId: string, alertEventId: string | null, reason: string): void;
  refuse(alertEventId: string): void;
  undoRefusal(): void;
  /** The refusal that can still be taken back. */
  pendingRefusal: string | null;
  /** Sent and not answered yet: alerts and gates. */
  sending: ReadonlySet<string>;
  fault: OpeningFault | null;
  clearFault(): void;
}

/** Sends what the guard decides. Whatever is pressed twice is sent once (safety G2, G10). */
export function useGuardActions(): GuardActions {
  const { data, desk } = useTenant();
  const [sending, setSending] = useState<ReadonlySet<string>>(new Set());
  const [fault, setFault] = useState<OpeningFault | null>(null);
  const [pendingRefusal, setPendingRefusal] = useState<string | null>(null);
  const inFlight = useRef(new Set<string>());
  const undoTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pending = useRef<string | null>(null);

  const send = useCallback(
    async (id: string, gateId: string, alertEventId: string | null, reason: string) => {
      const of = alertEventId ?? gateId;
      if (inFlight.current.has(of)) return;
      inFlight.current.add(of);
      setSending(new Set(inFlight.current));
      setFault(null);
      try {
        const limit = AbortSignal.timeout(REQUEST_LIMIT_MS);
        const request = { id, gateId, reason, alertEventId };
        desk.noteCommand(await data.requestOpening(request, limit));
      } catch (error) {
        const isTransient = error instanceof StoreError && error.isTransient;
        // After a lost answer the same id asks what became of it; a refused one needs a new decision.
        const again = isTransient ? id : newId();
        setFault({ of, error, retry: () => void send(again, gateId, alertEventId, reason) });
      } finally {
        inFlight.current.delete(of);
        setSending(new Set(inFlight.current));
      }
    },
    [data, desk],
  );

  const sendRefusal = useCallback(() => {
    clearTimeout(undoTimer.current);
    const alertEventId = pending.current;
    pending.current = null;
    if (alertEventId === null) return;
    const refuse = () => {
      data.refuseEntry(alertEventId, "refused").then(
        () => setPendingRefusal((now) => (now === alertEventId ? null : now)),
        (error: unknown) => {
          setPendingRefusal((now) => (now === alertEventId ? null : now));
          setFault({ of: alertEventId, error, retry: refuse });
        },
      );
    };
    refuse();
  }, [data]);

  useEffect(() => {
    window.addEventListener("pagehide", sendRefusal);
    return () => {
      window.removeEventListener("pagehide", sendRefusal);
      sendRefusal();
    };
  }, [sendRefusal]);

  return {
    open(gateId, alertEventId, reason) {
      if (alertEventId !== null && pending.current === alertEventId) {
        clearTimeout(undoTimer.current);
        pending.current = null;
        setPendingRefusal(null);
      }
      void send(newId(), gateId, alertEventId, reason);
    },
    refuse(alertEventId) {
      sendRefusal();
      pending.current = alertEventId;
      setPendingRefusal(alertEventId);
      setFault(null);
      undoTimer.current = setTimeout(sendRefusal, UNDO_MS);
    },
    undoRefusal() {
      clearTimeout(undoTimer.current);
      pending.current = null;
      setPendingRefusal(null);
    },
    pendingRefusal,
    sending,
    fault,
    clearFault: () => setFault(null),
  };
}
