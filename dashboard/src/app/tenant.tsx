import type { Membership, RegisterLists, SiteLists, TenantData } from "@portero/store";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { createContext, use, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { DeskState, DeskStore } from "../desk/desk-store.ts";
import { clockTime, exactTime, nearTime } from "../ui/times.ts";

/** The condominium that is on the screen: its data, its live desk, and the person's part in it. */
export interface Tenant {
  membership: Membership;
  data: TenantData;
  desk: DeskStore;
}

export const TenantContext = createContext<Tenant | null>(null);

export function useTenant(): Tenant {
  const tenant = use(TenantContext);
  if (!tenant) throw new Error("useTenant outside TenantShell");
  return tenant;
}

/** One part of the live desk's state. */
export function useDesk<K extends keyof DeskState>(part: K): DeskState[K] {
  const { desk } = useTenant();
  return useSyncExternalStore(desk.subscribe, () => desk.get()[part]);
}

export const registerQuery = ({ membership, data }: Tenant) =>
  queryOptions({
    queryKey: [membership.tenantId, "register"],
    queryFn: ({ signal }) => data.register(signal),
    staleTime: 60_000,
  });

const NO_REGISTER: RegisterLists = {
  units: [],
  residents: [],
  vehicles: [],
  passes: [],
  denied: [],
};

export function useRegister(): RegisterLists {
  return useQuery(registerQuery(useTenant())).data ?? NO_REGISTER;
}

const NO_SITES: SiteLists = { sites: [], gates: [], cameras: [] };

export const sitesQuery = ({ membership, data }: Tenant) =>
  queryOptions({
    queryKey: [membership.tenantId, "sites"],
    queryFn: ({ signal }) => data.sites(signal),
    staleTime: 60_000,
  });

export function useSites(): SiteLists {
  return useQuery(sitesQuery(useTenant())).data ?? NO_SITES;
}

/** Times in the chosen language and the tenant's zone. */
export function useTimes() {
  const { i18n } = useTranslation();
  const { timeZone } = useTenant().membership;
  const { language } = i18n;
  return {
    language,
    timeZone,
    clock: (ms: number) => clockTime(ms, language, timeZone),
    exact: (ms: number) => exactTime(ms, language, timeZone),
    near: (ms: number, nowMs: number) => nearTime(ms, nowMs, language, timeZone),
  };
}
