import type { SetupTable } from "@portero/store";
import { useQueryClient } from "@tanstack/react-query";
import { sitesQuery, useTenant } from "../app/tenant.tsx";

/** After a change of sites, cameras or gates: what every page shows of them is read again. */
export function useSiteChanges() {
  const tenant = useTenant();
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries(sitesQuery(tenant));
  return {
    refresh,
    async remove(table: SetupTable, id: string): Promise<void> {
      await tenant.data.removeSetup(table, id);
      refresh();
    },
  };
}
