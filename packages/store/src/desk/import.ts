import type { ImportBatch } from "@portero/access";
import type { StoreClient } from "../client.ts";
import type { Json } from "../database.types.ts";
import { unwrap } from "../errors.ts";

/** How many entries an import added, and how many it changed. */
export interface ImportCounts {
  units: number;
  residents: number;
  vehicles: number;
  changed: number;
}

/** The few names of a batch, each looked at once: a long list repeats them half a million times. */
const columns = new Map<string, string>();

function columnOf(name: string): string {
  const known = columns.get(name);
  if (known !== undefined) return known;
  const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  columns.set(name, column);
  return column;
}

/** `newUnits` → `new_units`, through lists and entries alike. */
function toWire(value: unknown): Json {
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== "object" || value === null) return value as Json;
  const wire: Record<string, Json> = {};
  for (const [name, inner] of Object.entries(value)) wire[columnOf(name)] = toWire(inner);
  return wire;
}

/**
 * Carries a planned list out, all of it or nothing.
 * @throws {StoreError} `conflict` when the register has changed since the plan was made; after `unreachable` it may
 * have been carried out all the same: plan again, and see.
 */
export async function importRegister(
  client: StoreClient,
  tenantId: string,
  batch: ImportBatch,
): Promise<ImportCounts> {
  const answer = await client.rpc("import_register", {
    p_tenant_id: tenantId,
    p_batch: toWire(batch),
  });
  return unwrap("import a list", answer) as unknown as ImportCounts;
}
