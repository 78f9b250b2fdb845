import { invalidBody } from "./error.ts";

/** A request's rows or arguments: the text goes to Postgres as it came, so that no number loses digits. */
export interface Payload {
  json: string;
  isObject: boolean;
  keys: string[];
}

/**
 * Reads a JSON body. With `columns` given, rows may differ in their keys; without, they must agree.
 * @throws {RestError} PGRST102
 */
export function parsePayload(body: string, columns: string[] | undefined): Payload {
  const value = parseJson(body);
  if (Array.isArray(value)) {
    const keys = columns ? [...new Set(columns)] : commonKeys(value);
    return { json: body, isObject: false, keys };
  }
  if (isObject(value)) {
    return {
      json: body,
      isObject: true,
      keys: columns ? [...new Set(columns)] : Object.keys(value),
    };
  }
  return { json: "[]", isObject: false, keys: [] };
}

/** A CSV body as JSON rows; the first line names the columns, `NULL` is null. @throws {RestError} PGRST102 */
export function csvToJson(body: string): string {
  const [header, ...lines] = csvRecords(body);
  if (!header) throw invalidBody("not enough input");
  if (lines.some((line) => line.length !== header.length))
    throw invalidBody("All lines must have same number of fields");
  const rows = lines.map((line) =>
    Object.fromEntries(header.map((name, at) => [name, line[at] === "NULL" ? null : line[at]])),
  );
  return JSON.stringify(rows);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    const error = invalidBody("Empty or invalid json");
    error.cause = cause;
    throw error;
  }
}

function commonKeys(rows: unknown[]): string[] {
  const [first] = rows;
  if (rows.length === 0) return [];
  const keys = isObject(first) ? Object.keys(first) : undefined;
  const known = new Set(keys);
  const agrees = (row: unknown) => {
    if (!isObject(row)) return false;
    const own = Object.keys(row);
    return own.length === known.size && own.every((key) => known.has(key));
  };
  if (!keys || !rows.every(agrees)) throw invalidBody("All object keys must match");
  return keys;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const PLAIN_FIELD = /[^",\r\n]*/uy;
const FIELD_END = /,|\r?\n|$/uy;

/** @throws {RestError} PGRST102 for a quote that is not closed, or has something before or after it */
function csvRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  const match = (sticky: RegExp): string => {
    sticky.lastIndex = at;
    const found = sticky.exec(text)?.[0];
    if (found === undefined) throw invalidBody("Malformed CSV");
    at += found.length;
    return found;
  };
  while (at < text.length || record.length > 0) {
    record.push(text[at] === '"' ? quotedField() : match(PLAIN_FIELD));
    if (match(FIELD_END) === ",") continue;
    records.push(record);
    record = [];
  }
  return records;

  /** By searching: an expression that backtracks takes forever on a megabyte of quotes. */
  function quotedField(): string {
    const start = at + 1;
    let end = text.indexOf('"', start);
    while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
    if (end < 0) throw invalidBody("Malformed CSV");
    at = end + 1;
    return text.slice(start, end).replaceAll('""', '"');
  }
}
