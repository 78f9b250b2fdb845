import type { Database } from "../transaction.ts";
import { StorageError } from "./errors.ts";
import type { ObjectMetadata } from "./objects.ts";

export interface ListOptions {
  prefix?: string;
  search?: string;
  limit?: number;
  offset?: number;
  sortBy?: { column?: string; order?: string };
}

const columns = ["name", "created_at", "updated_at", "last_accessed_at"];

/** One level of a bucket: folders first, then files; what the role of `db` can't see isn't there. */
export async function listFolder(
  db: Database,
  bucketId: string,
  options: ListOptions,
): Promise<object[]> {
  const { prefix = "", search = "", limit = 100, offset = 0 } = options;
  const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  const [column, order] = sortOf(options.sortBy);
  const { rows } = await db.query(
    `with entry as (
       select split_part(rest, '/', 1) as head, position('/' in rest) > 0 as is_folder, o.*
       from storage.objects o, substr(o.name, length($2) + 1) as rest
       where bucket_id = $1 and starts_with(name, $2) and starts_with(lower(rest), lower($3))
     ), level as (
       select distinct on (head) head as name, null::uuid as id, null::timestamptz as updated_at, null::timestamptz as created_at,
         null::timestamptz as last_accessed_at, null::jsonb as metadata, 0 as rank
       from entry where is_folder
       union all
       select head, id, updated_at, created_at, last_accessed_at, metadata, 1 from entry where not is_folder
     )
     select name, id, updated_at, created_at, last_accessed_at, metadata from level
     order by rank, ${column} ${order}, name ${order} limit $4 offset $5`,
    [bucketId, folder, search, Math.min(limit, 1000), offset],
  );
  return rows;
}

export interface PageOptions {
  prefix?: string;
  limit?: number;
  cursor?: string;
  with_delimiter?: boolean;
  exactMatch?: boolean;
  sortBy?: { column?: string; order?: string };
}

interface Entry {
  name: string;
  id: string | null;
  sort_key: string;
  updated_at: Date;
  created_at: Date;
  last_accessed_at: Date;
  metadata: ObjectMetadata | null;
}

/** Objects by prefix, a page at a time; with a delimiter what lies deeper is folded into folders. */
export async function listPage(
  db: Database,
  bucketId: string,
  options: PageOptions,
): Promise<object> {
  const {
    prefix = "",
    limit = 1000,
    with_delimiter: isFolded = false,
    exactMatch = false,
  } = options;
  const [column, order] = sortOf(options.sortBy);
  const size = Math.min(Math.max(1, limit), 1000);
  const after = options.cursor === undefined ? undefined : parseCursor(options.cursor);
  const key =
    column === "name"
      ? "''"
      : `coalesce(to_char(${column} at time zone 'utc', 'YYYYMMDDHH24MISSUS'), '')`;
  const { rows } = await db.query<Entry>(
    `with entry as (
       select case when slash > 0 and $3 then left(o.name, length($2) + slash) else o.name end as name,
         case when slash > 0 and $3 then null else o.id end as id,
         ${key} collate "C" as sort_key, updated_at, created_at, last_accessed_at, metadata
       from storage.objects o, position('/' in substr(o.name, length($2) + 1)) as slash
       where bucket_id = $1 and case when $4 then name = $2 else starts_with(name, $2) end
     ), page as (
       select distinct on (name) * from entry order by name, sort_key
     )
     select * from page
     where $5::text is null or (sort_key, name collate "C") ${order === "asc" ? ">" : "<"} ($5::text, $6::text)
     order by sort_key ${order}, name collate "C" ${order} limit $7`,
    [bucketId, prefix, isFolded, exactMatch, after?.[0] ?? null, after?.[1] ?? null, size + 1],
  );
  const page = rows.slice(0, size);
  const last = page.at(-1);
  const hasNext = rows.length > size;
  return {
    hasNext,
    ...(hasNext && last ? { nextCursor: toCursor([last.sort_key, last.name]) } : {}),
    folders: page
      .filter(({ id }) => id === null)
      .map(({ name }) => ({ name, key: name.replace(/\/$/, "") })),
    objects: page
      .filter(({ id }) => id !== null)
      .map(({ sort_key: _, ...object }) => ({ ...object, key: object.name })),
  };
}

/** Names that go into SQL come from this list only. @throws {StorageError} `InvalidRequest` */
function sortOf({
  column = "name",
  order = "asc",
}: {
  column?: string;
  order?: string;
} = {}): [string, string] {
  if (!columns.includes(column) || !["asc", "desc"].includes(order)) {
    throw new StorageError(
      "InvalidRequest",
      `body/sortBy must be a column of ${columns.join(", ")} and an order of asc, desc`,
    );
  }
  return [column, order];
}

const toCursor = (position: [string, string]) =>
  Buffer.from(JSON.stringify(position)).toString("base64url");

function parseCursor(cursor: string): [string, string] {
  try {
    const position = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (
      Array.isArray(position) &&
      position.length === 2 &&
      position.every((part) => typeof part === "string")
    ) {
      return position as [string, string];
    }
  } catch {}
  throw new StorageError("InvalidRequest", "Invalid cursor");
}
