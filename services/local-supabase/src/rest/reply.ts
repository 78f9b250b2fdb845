import { RestError } from "./error.ts";
import type { RestRequest } from "./request.ts";
import type { Relation } from "./schema/objects.ts";
import type { AnswerRow } from "./sql/answer-sql.ts";

/** What is sent back. Headers without a value are left out. */
export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  body: string | undefined;
}

/** Functions may set `response.status` and `response.headers`. @throws {RestError} PGRST111, PGRST112 */
export function overridden(row: AnswerRow, planned: Answer): Answer {
  if (row.status === null && row.headers === null) return planned;
  const status = row.status === null ? planned.status : Number(row.status);
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw new RestError(500, "PGRST112", "response.status guc must be a valid status code");
  return { ...planned, status, headers: { ...planned.headers, ...headersOf(row.headers) } };
}

function headersOf(text: string | null): Record<string, string> {
  try {
    const list: Record<string, string>[] = text === null ? [] : JSON.parse(text);
    const pairs = list.flatMap((entry) => Object.entries(entry));
    if (pairs.some(([, value]) => typeof value !== "string")) throw new TypeError("no string");
    return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  } catch (cause) {
    const message =
      "response.headers guc must be a JSON array composed of objects with a single key and a string value";
    throw new RestError(500, "PGRST111", message, {}, { cause });
  }
}

/** Where the one inserted row is, by its key. */
export function locationOf(relation: Relation, body: string | null): string | undefined {
  const rows: Record<string, string | null>[] = JSON.parse(body ?? "[]");
  const [row] = rows;
  if (!row || rows.length !== 1 || relation.primaryKey.length === 0) return undefined;
  const key = Object.entries(row).map(([name, value]): [string, string] => [
    name,
    value === null ? "is.null" : `eq.${value}`,
  ]);
  return `/${relation.name}?${new URLSearchParams(key)}`;
}

/** The type of a body, and the schema it is from where the client chose one. */
export function contentHeaders({ media, profile }: RestRequest): Answer["headers"] {
  return { "content-type": media.contentType, "content-profile": profile };
}
