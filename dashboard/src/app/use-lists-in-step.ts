import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { registerQuery, sitesQuery, useDesk, useTenant } from "./tenant.tsx";

/** Reads the register and the sites anew when somebody has changed them: a desk stays open for a whole shift. */
export function useListsInStep(): void {
  const tenant = useTenant();
  const queries = useQueryClient();
  const statuses = useDesk("statuses");
  // A box says which version it holds, with each heartbeat.
  const version = Math.max(
    0,
    ...[...statuses.values()].map(({ worker }) => worker.register_version ?? 0),
  );
  const known = useRef(0);
  useEffect(() => {
    const isFirst = known.current === 0;
    if (version <= known.current) return;
    known.current = version;
    if (isFirst) return;
    void queries.invalidateQueries(sitesQuery(tenant));
    void queries.invalidateQueries(registerQuery(tenant));
  }, [version, queries, tenant]);
  useEffect(
    () =>
      tenant.desk.onArrival(({ eventType }) => {
        if (eventType === "gate_mode_changed") void queries.invalidateQueries(sitesQuery(tenant));
      }),
    [queries, tenant],
  );
}
