import { lookAlikePattern } from "@portero/access";
import type { EventFilter } from "@portero/store";
import { localInputMs } from "../ui/local-time.ts";
import { fieldPlate } from "./field-plate.ts";
import { GROUPS, type Group } from "./groups.ts";

/** What the history's fields say, as they stand in the address: a filtered history can be sent to a colleague. */
export interface HistorySearch {
  group?: Group;
  gate?: string;
  plate?: string;
  /** Finds plates that look like the typed one as well. */
  alike?: true;
  unit?: string;
  person?: string;
  /** `datetime-local` in the tenant's zone. */
  from?: string;
  until?: string;
}

const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;

/** Reads the fields out of an address that anybody may have written. */
export function historySearchOf(raw: Record<string, unknown>): HistorySearch {
  const text = (name: string) => {
    const value = raw[name];
    return typeof value === "string" && value !== "" ? value.slice(0, 120) : undefined;
  };
  const time = (name: string) => {
    const value = text(name);
    return value && LOCAL_TIME.test(value) ? value : undefined;
  };
  const group = text("group");
  const fields: { [K in keyof HistorySearch]: HistorySearch[K] | undefined } = {
    group: group && Object.hasOwn(GROUPS, group) ? (group as Group) : undefined,
    gate: text("gate"),
    plate: text("plate"),
    alike: raw["alike"] === true ? true : undefined,
    unit: text("unit"),
    person: text("person"),
    from: time("from"),
    until: time("until"),
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as HistorySearch;
}

/** The fields as the store takes them. */
export function eventFilterOf(search: HistorySearch, timeZone: string): EventFilter {
  const { group, gate, alike, unit, from, until } = search;
  const plate = fieldPlate(search.plate ?? "");
  const person = search.person?.trim();
  return {
    ...(group && { eventTypes: GROUPS[group] }),
    ...(gate && { gateId: gate }),
    ...(plate && { plate: alike ? lookAlikePattern(plate) : plate }),
    ...(unit && { unit }),
    ...(person && { person }),
    ...(from && { fromMs: localInputMs(from, timeZone) }),
    ...(until && { untilMs: localInputMs(until, timeZone) }),
  };
}
