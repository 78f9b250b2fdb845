import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../app/tenant.tsx";

/** What the condominium asks of an opening. */
export const rulesQuery = ({ membership, data }: Tenant) =>
  queryOptions({
    queryKey: [membership.tenantId, "rules"],
    queryFn: ({ signal }) => data.openingRules(signal),
  });
