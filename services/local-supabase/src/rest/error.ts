/** The four fields of every error body, in PostgREST's form. */
export interface ErrorBody {
  code: string;
  details: unknown;
  hint: string | null;
  message: string;
}

/** A request that is answered with an error. Nothing in it comes from another tenant's data. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  readonly hint: string | null;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: string,
    message: string,
    rest: { details?: unknown; hint?: string | null; headers?: Record<string, string> } = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "RestError";
    this.status = status;
    this.code = code;
    this.details = rest.details ?? null;
    this.hint = rest.hint ?? null;
    this.headers = rest.headers ?? {};
  }

  body(): ErrorBody {
    const { code, details, hint, message } = this;
    return { code, details, hint, message };
  }
}

/** Says that the schema cache has no such thing, so that a stale cache is worth one reload. */
export function isSchemaMiss(error: unknown): error is RestError {
  return error instanceof RestError && MISSES.has(error.code);
}

const MISSES = new Set([
  "PGRST200",
  "PGRST201",
  "PGRST202",
  "PGRST203",
  "PGRST204",
  "PGRST205",
  "42703",
  "42704",
  // Postgres' own words for what the cache knows and the database no longer has.
  "42883",
  "42P01",
]);

export const invalidQuery = (message: string, details: string) =>
  new RestError(400, "PGRST100", message, { details });

export const invalidBody = (message: string) => new RestError(400, "PGRST102", message);

export const invalidRange = (details: string) =>
  new RestError(416, "PGRST103", "Requested range not satisfiable", { details });

export const outOfBounds = (offset: number, total: number) =>
  invalidRange(`An offset of ${offset} was requested, but there are only ${total} rows.`);

export const unacceptableMediaType = (types: string[]) =>
  new RestError(406, "PGRST107", `None of these media types are available: ${types.join(", ")}`);

export const notEmbedded = (name: string) =>
  new RestError(400, "PGRST108", `'${name}' is not an embedded resource in this request`, {
    hint: `Verify that '${name}' is included in the 'select' query parameter.`,
  });

export const notSingular = (rows: number) =>
  new RestError(406, "PGRST116", "Cannot coerce the result to a single JSON object", {
    details: `The result contains ${rows} rows`,
  });

/** What Postgres itself would say; said here because no unknown name is ever put into SQL. */
export const unknownColumn = (table: string, column: string, suggestion?: string) =>
  new RestError(400, "42703", `column ${table}.${column} does not exist`, {
    hint: suggestion ? `Perhaps you meant to reference the column "${table}.${suggestion}".` : null,
  });

export const unknownType = (type: string) =>
  new RestError(400, "42704", `type "${type}" does not exist`);
