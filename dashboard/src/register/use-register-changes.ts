import type { RegisterKind, RegisterValues, TenantData } from "@portero/store";
import { useQueryClient } from "@tanstack/react-query";
import { registerQuery, useTenant } from "../app/tenant.tsx";

/** Changes entries of the register, and reads it again afterwards, also after a refusal: it may tell why. */
export function useRegisterChanges() {
  const tenant = useTenant();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries(registerQuery(tenant));
  return {
    async save<K extends RegisterKind>(
      kind: K,
      edited: Parameters<TenantData["saveEntry"]>[1],
      values: RegisterValues[K],
    ): Promise<string> {
      try {
        return await tenant.data.saveEntry(kind, edited, values);
      } finally {
        void refresh();
      }
    },
    async remove(kind: RegisterKind, id: string): Promise<void> {
      try {
        await tenant.data.removeEntry(kind, id);
      } finally {
        void refresh();
      }
    },
  };
}
