import type { Schedule } from "@portero/access";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database, StoreClient } from "../client.ts";
import { StoreError, unwrap } from "../errors.ts";
import {
  cameraOf,
  deniedOf,
  gateOf,
  passOf,
  type Row,
  residentOf,
  unitOf,
  vehicleOf,
} from "./rows.ts";
import type { Camera, Denied, Gate, Pass, Resident, Site, Unit, Vehicle } from "./words.ts";

const PAGE = 1000;

/** Everything that a tenant's lists and the desk's look-ups need, small enough to hold whole. */
export interface RegisterLists {
  units: Unit[];
  residents: Resident[];
  vehicles: Vehicle[];
  passes: Pass[];
  denied: Denied[];
}

export interface SiteLists {
  sites: Site[];
  gates: Gate[];
  cameras: Camera[];
}

/** What a person types into a form, by kind of entry. Times are Unix ms, plates in comparison form. */
export interface RegisterValues {
  units: { name: string; notes: string | null };
  residents: {
    unitId: string;
    fullName: string;
    phone: string | null;
    email: string | null;
    active: boolean;
  };
  vehicles: {
    residentId: string;
    plate: string;
    description: string | null;
    validFromMs: number;
    validUntilMs: number | null;
    schedule: Schedule | null;
    active: boolean;
  };
  visitor_passes: {
    unitId: string;
    visitorName: string;
    plate: string | null;
    validFromMs: number;
    validUntilMs: number;
    schedule: Schedule | null;
    maxUses: number;
    revokedAtMs: number | null;
  };
  deny_list: { plate: string; reason: string };
}

export type RegisterKind = keyof RegisterValues;

/** What is stored, by kind of entry. */
export interface EntryOf {
  units: Unit;
  residents: Resident;
  vehicles: Vehicle;
  visitor_passes: Pass;
  deny_list: Denied;
}

const ENTRY_OF = {
  units: unitOf,
  residents: residentOf,
  vehicles: vehicleOf,
  visitor_passes: passOf,
  deny_list: deniedOf,
};

/** Null for a new entry; for an edit its id and the version that was on the screen. */
export type Edited = { id: string; updatedAt: string } | null;

/** The builder for a table that is known only when this runs: the generated types check one that is written out. */
function whicheverTable(client: StoreClient, table: string) {
  return (client as unknown as SupabaseClient).from(table);
}

/**
 * Reads past the row limit of a single answer, each page from where the last one ended: to skip rows the database would
 * sort all of them again for every page. Sorted by code units: pages that show names sort by language.
 */
async function allRows<T extends keyof Database["public"]["Tables"], E>(
  client: StoreClient,
  table: T,
  tenantId: string,
  orderBy: keyof Row<T> & string,
  toEntry: (row: Row<T>) => E,
  signal: AbortSignal,
): Promise<E[]> {
  const found: Row<T>[] = [];
  let lastId = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const answer = await whicheverTable(client, table)
      .select("*")
      .eq("tenant_id", tenantId)
      .gt("id", lastId)
      .order("id")
      .limit(PAGE)
      .abortSignal(signal);
    const rows: (Row<T> & { id: string })[] = unwrap(`list ${table}`, answer);
    found.push(...rows);
    lastId = rows.at(-1)?.id ?? lastId;
    if (rows.length < PAGE) break;
  }
  return found.sort((a, b) => (String(a[orderBy]) < String(b[orderBy]) ? -1 : 1)).map(toEntry);
}

/** @throws {StoreError} */
export async function readRegister(
  client: StoreClient,
  tenantId: string,
  signal: AbortSignal,
): Promise<RegisterLists> {
  const [units, residents, vehicles, passes, denied] = await Promise.all([
    allRows(client, "units", tenantId, "name", unitOf, signal),
    allRows(client, "residents", tenantId, "full_name", residentOf, signal),
    allRows(client, "vehicles", tenantId, "plate", vehicleOf, signal),
    allRows(client, "visitor_passes", tenantId, "valid_until", passOf, signal),
    allRows(client, "deny_list", tenantId, "plate", deniedOf, signal),
  ]);
  return { units, residents, vehicles, passes, denied };
}

/** @throws {StoreError} */
export async function readSites(
  client: StoreClient,
  tenantId: string,
  signal: AbortSignal,
): Promise<SiteLists> {
  const [sites, gates, cameras] = await Promise.all([
    allRows(
      client,
      "sites",
      tenantId,
      "name",
      (row): Site => ({ id: row.id, name: row.name, publicKey: row.public_key }),
      signal,
    ),
    allRows(client, "gates", tenantId, "name", gateOf, signal),
    allRows(client, "cameras", tenantId, "name", cameraOf, signal),
  ]);
  return { sites, gates, cameras };
}

/** `validUntilMs` → `valid_until` in RFC 3339, `unitId` → `unit_id`. */
function toRow(values: object): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const isTime = name.endsWith("Ms");
    const column = name.replace(/Ms$/, "").replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
    row[column] = isTime && value !== null ? new Date(Number(value)).toISOString() : value;
  }
  return row;
}

/**
 * Adds an entry, or changes the one that was on the screen; answers with its id.
 * @throws {StoreError} `conflict` with `detailCode` "changed" when somebody has changed or removed it meanwhile,
 * `conflict` "23505" when another entry has the same plate or name
 */
export async function saveEntry<K extends RegisterKind>(
  client: StoreClient,
  tenantId: string,
  kind: K,
  edited: Edited,
  values: RegisterValues[K],
): Promise<string> {
  const table = whicheverTable(client, kind);
  if (!edited) {
    const answer = await table
      .insert({ tenant_id: tenantId, ...toRow(values) })
      .select("id")
      .single();
    return unwrap(`add to ${kind}`, answer).id as string;
  }
  const answer = await table
    .update(toRow(values))
    .eq("tenant_id", tenantId)
    .eq("id", edited.id)
    .eq("updated_at", edited.updatedAt)
    .select("id");
  if (unwrap(`change ${kind}`, answer).length === 0) {
    throw new StoreError("conflict", `change ${kind}: changed by somebody else`, {
      detailCode: "changed",
    });
  }
  return edited.id;
}

/** @throws {StoreError} `forbidden` when nothing was removed */
export async function removeEntry(
  client: StoreClient,
  tenantId: string,
  kind: RegisterKind,
  id: string,
): Promise<void> {
  const answer = await whicheverTable(client, kind)
    .delete()
    .eq("tenant_id", tenantId)
    .eq("id", id)
    .select("id");
  if (unwrap(`remove from ${kind}`, answer).length === 0) {
    throw new StoreError("forbidden", `remove from ${kind}: no such row or not allowed`);
  }
}

/** Ids of one request: more would not fit into its address. */
const CHUNK = 100;

async function inChunks(
  ids: readonly string[],
  change: (chunk: string[]) => Promise<number>,
): Promise<number> {
  let done = 0;
  for (let at = 0; at < ids.length; at += CHUNK) {
    done += await change(ids.slice(at, at + CHUNK));
  }
  return done;
}

/** Changes the same fields of many entries; answers with how many there were. @throws {StoreError} */
export async function changeEntries<K extends RegisterKind>(
  client: StoreClient,
  tenantId: string,
  kind: K,
  ids: readonly string[],
  change: Partial<RegisterValues[K]>,
): Promise<number> {
  return inChunks(ids, async (chunk) => {
    const answer = await whicheverTable(client, kind)
      .update(toRow(change))
      .eq("tenant_id", tenantId)
      .in("id", chunk)
      .select("id");
    return unwrap(`change ${kind}`, answer).length;
  });
}

/** Removes many entries; answers with how many there were. @throws {StoreError} */
export async function removeEntries(
  client: StoreClient,
  tenantId: string,
  kind: RegisterKind,
  ids: readonly string[],
): Promise<number> {
  return inChunks(ids, async (chunk) => {
    const answer = await whicheverTable(client, kind)
      .delete()
      .eq("tenant_id", tenantId)
      .in("id", chunk)
      .select("id");
    return unwrap(`remove from ${kind}`, answer).length;
  });
}

/** One entry as it is now, or null. @throws {StoreError} */
export async function readEntry<K extends RegisterKind>(
  client: StoreClient,
  tenantId: string,
  kind: K,
  id: string,
): Promise<EntryOf[K] | null> {
  const answer = await whicheverTable(client, kind)
    .select("*")
    .eq("tenant_id", tenantId)
    .eq("id", id)
    .maybeSingle();
  const row = unwrap(`read of ${kind}`, answer);
  return row ? (ENTRY_OF[kind](row as never) as EntryOf[K]) : null;
}
