import { SIGHTING_EVENTS } from "@portero/access";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTenant } from "../app/tenant.tsx";

const CHANGING: readonly string[] = [...SIGHTING_EVENTS, "gate_opened", "plate_corrected"];
/** A rush is read once for several vehicles. */
const GATHER_MS = 1_500;

/** Reads anew who is inside, soon after somebody came or went. */
export function useInsideUpdates(queryKey: readonly string[]): void {
  const { desk } = useTenant();
  const queries = useQueryClient();
  const key = useRef(queryKey);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = desk.onArrival(({ eventType }) => {
      if (!CHANGING.includes(eventType) || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: key.current });
      }, GATHER_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [desk, queries]);
}
