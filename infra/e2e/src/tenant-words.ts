import type { World } from "./world.ts";

/** Columns and members of payloads that name somebody or something of one tenant alone. */
const NAMES = new Set([
  "plate",
  "full_name",
  "phone",
  "display_name",
  "visitor_name",
  "resident_name",
  "requested_by_name",
  "by_name",
  "email",
]);
const ID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/** Every id, plate and name that the database holds of this tenant and of no other. */
export async function wordsOf({ query }: World, tenantId: string): Promise<string[]> {
  const own = new Set<string>();
  const others = new Set<string>();
  for (const { row, tenant } of await everyRow(query)) {
    collect(row, tenant === tenantId ? own : others);
  }
  return [...own].filter((word) => !others.has(word));
}

interface TenantRow {
  tenant: string;
  row: object;
}

/** The rows of every table that belongs to a tenant, a table added tomorrow included. */
async function everyRow(query: World["query"]): Promise<TenantRow[]> {
  const tables = await query<{ name: string; column: string }>(`
    select c.relname as name, case c.relname when 'tenants' then 'id' else 'tenant_id' end as column
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and (
      c.relname = 'tenants' or exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'))`);
  const rows: TenantRow[] = [];
  for (const { name, column } of tables) {
    const some = await query<TenantRow>(
      `select ${column} as tenant, to_jsonb(t) as row from public.${name} t`,
    );
    rows.push(...some);
  }
  const people = await query<TenantRow>(`
    select m.tenant_id as tenant, jsonb_build_object('email', u.email) as row
    from public.user_tenants m join auth.users u on u.id = m.user_id`);
  return [...rows, ...people];
}

function collect(value: unknown, words: Set<string>, key = ""): void {
  if (typeof value === "string") {
    for (const [id] of value.matchAll(ID)) words.add(id);
    if (NAMES.has(key) && value.length > 3) words.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, words, key);
  } else if (value && typeof value === "object") {
    for (const [name, item] of Object.entries(value)) collect(item, words, name);
  }
}
