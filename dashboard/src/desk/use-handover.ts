import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useDesk, useTenant } from "../app/tenant.tsx";
import { type Handover, latestHandover, SHIFT_EVENTS } from "./handover.ts";

/** The last hand-over: from the live events, or from the table where it is older than those. */
export function useHandover(): Handover | null {
  const { membership, data } = useTenant();
  const live = useDesk("events");
  const older = useQuery({
    queryKey: [membership.tenantId, "handover"],
    queryFn: ({ signal }) => data.events({ eventTypes: SHIFT_EVENTS }, { limit: 2 }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(() => latestHandover([...(older.data ?? []), ...live]), [older.data, live]);
}
