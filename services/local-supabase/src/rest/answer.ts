import { notSingular, outOfBounds, RestError } from "./error.ts";
import type { Executor, Session } from "./execute.ts";
import type { SelectItem } from "./grammar/select.ts";
import { planCall } from "./plan/call-plan.ts";
import { neededColumns, planMutation } from "./plan/mutate-plan.ts";
import { planRead } from "./plan/read-plan.ts";
import { preferenceApplied } from "./preferences.ts";
import { contentRange, rangeStatus } from "./range.ts";
import type { Method, RestRequest } from "./request.ts";
import type { Relation, Routine } from "./schema/objects.ts";
import type { SchemaCache } from "./schema/schema-cache.ts";
import { mostSimilar } from "./schema/similar.ts";
import { type AnswerRow, type AnswerShape, answerSql } from "./sql/answer-sql.ts";
import { callSql } from "./sql/call-sql.ts";
import { type Sql, sql } from "./sql/fragment.ts";
import { mutateSql } from "./sql/mutate-sql.ts";
import { countSql, readSql } from "./sql/read-sql.ts";

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  body: string | undefined;
}

interface AnswerRules {
  cache: SchemaCache;
  executor: Executor;
  maxRows: number | undefined;
  /** Used for roles without a `statement_timeout` of their own. */
  statementTimeoutMs: number;
}

/** The name under which the rows of a mutation or a function are read. */
const GIVEN = "pgrst_source";

/** Plans a request against the schema, runs it and words its answer. @throws {RestError} */
export function answer(request: RestRequest, rules: AnswerRules): Promise<Answer> {
  if (request.target.kind === "routine") return answerCall(request, rules);
  const relation = relationOf(rules.cache, request.schema, request.target.name);
  const { method } = request;
  if (method === "GET" || method === "HEAD") return answerRead(request, relation, rules);
  return answerMutation(request, method, relation, rules);
}

async function answerRead(
  request: RestRequest,
  relation: Relation,
  rules: AnswerRules,
): Promise<Answer> {
  const { query, range, media, method } = request;
  const node = planRead(rules.cache, relation, {
    query,
    isMutation: false,
    range,
    maxRows: rules.maxRows,
  });
  const shape: AnswerShape = { media, hasBody: method === "GET" };
  const counted = countOf(request, rules, countSql(node));
  const statement = answerSql({ read: readSql(node), counted: counted.exact }, shape);
  const session = sessionOf(request, rules, true);
  const row = await rules.executor.run<AnswerRow>(session, statement, { rollBack: false });
  const rows = Number(row.rows);
  if (media.form === "object" && rows !== 1) throw notSingular(rows);
  const total = await counted.total(row, session);
  return ranged(request, row, total, ["count", "tx", "handling", "timezone"]);
}

async function answerMutation(
  request: RestRequest,
  method: Exclude<Method, "GET" | "HEAD">,
  relation: Relation,
  rules: AnswerRules,
): Promise<Answer> {
  const { query, preferences, media, payload } = request;
  const isShown = preferences.return === "representation";
  const isLocated = method === "POST" && preferences.return === "headers-only";
  const shownQuery = isShown ? query : { ...query, select: isLocated ? keyAsText(relation) : [] };
  const read = planRead(rules.cache, relation, {
    query: isShown
      ? query
      : { ...shownQuery, filters: [], logic: [], order: [], limits: [], offsets: [] },
    isMutation: true,
    range: { offset: 0, limit: undefined },
    maxRows: undefined,
  });
  const plan = planMutation(rules.cache, relation, { method, query, preferences, payload, read });
  const form = isLocated ? { ...media, form: "array" as const } : media;
  const shape: AnswerShape = { media: form, hasBody: isShown || isLocated };
  const statement = answerSql(
    { changed: mutateSql(plan), read: readSql(read, GIVEN), counted: undefined },
    shape,
  );
  const check = mutationCheck(request, method);
  const row = await rules.executor.run<AnswerRow>(sessionOf(request, rules, false), statement, {
    rollBack: preferences.tx === "rollback",
    ...(check ? { check } : {}),
  });

  const rows = Number(row.rows);
  const total =
    preferences.count === "exact" || preferences.count === "estimated" ? rows : undefined;
  const hasMerged = preferences.resolution === "merge-duplicates" || method === "PUT";
  const created = hasMerged && Number(row.inserted ?? 0) <= 0 ? 200 : 201;
  const isCreation = method === "POST" || (method === "PUT" && isShown);
  return finished(request, row, {
    status: isCreation ? created : isShown ? 200 : 204,
    headers: {
      "content-range": contentRange(0, method === "PATCH" ? rows : 0, total),
      location: isLocated ? locationOf(relation, row.body) : undefined,
      "preference-applied": preferenceApplied(preferences, APPLICABLE[method]),
      ...(isShown ? contentHeaders(request) : {}),
    },
    body: isShown ? (row.body ?? "") : undefined,
  });
}

async function answerCall(request: RestRequest, rules: AnswerRules): Promise<Answer> {
  const { query, range, media, method, preferences, schema, target, payload } = request;
  const args = payload
    ? { kind: "json" as const, payload }
    : { kind: "text" as const, values: query.args };
  const plan = planCall(rules.cache, schema, target.name, args);
  const { routine } = plan;
  const relation = routine.returns ?? rowOf(routine);
  const node = planRead(rules.cache, relation, {
    query,
    isMutation: false,
    range,
    maxRows: rules.maxRows,
  });
  if (
    preferences.handling === "strict" &&
    preferences.maxAffected !== undefined &&
    !routine.returnsSet
  ) {
    const message =
      "Function must return SETOF or TABLE when max-affected preference is used with handling=strict";
    throw new RestError(400, "PGRST128", message);
  }
  const isShown = method !== "HEAD" && !routine.isVoid && preferences.return !== "minimal";
  const counted = countOf(request, rules, countSql(node, GIVEN));
  const statement = answerSql(
    {
      changed: callSql(plan, neededColumns(node)),
      read: readSql(node, GIVEN),
      counted: counted.exact,
    },
    { media, hasBody: isShown, routine },
  );
  const isReadOnly = !payload || !routine.isVolatile;
  const check = isReadOnly ? undefined : mutationCheck(request, method);
  const session = sessionOf(request, rules, isReadOnly);
  const row = await rules.executor.run<AnswerRow>(session, statement, {
    rollBack: preferences.tx === "rollback",
    ...(check ? { check } : {}),
  });
  const rows = Number(row.rows);
  if (media.form === "object" && rows !== 1) throw notSingular(rows);
  const applicable = ["count", "tx", "handling", "timezone", "maxAffected"] as const;
  const whole = ranged(request, row, await counted.total(row, session), [...applicable]);
  if (!routine.isVoid) return whole;
  return { ...whole, status: whole.status === 200 ? 204 : whole.status, body: undefined };
}

/** A read's answer: its range, and 206 or 416 where the total is known. */
function ranged(
  request: RestRequest,
  row: AnswerRow,
  total: number | undefined,
  applicable: Parameters<typeof preferenceApplied>[1],
): Answer {
  const { range, preferences } = request;
  const rows = Number(row.rows);
  const status = rangeStatus(range.offset, rows, total);
  if (status === 416) throw outOfBounds(range.offset, total ?? 0);
  return finished(request, row, {
    status,
    headers: {
      "content-range": contentRange(range.offset, rows, total),
      "preference-applied": preferenceApplied(preferences, applicable),
      ...contentHeaders(request),
    },
    body: row.body ?? undefined,
  });
}

/** Functions may set `response.status` and `response.headers`. @throws {RestError} PGRST111, PGRST112 */
function finished(_request: RestRequest, row: AnswerRow, planned: Answer): Answer {
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

/** What a change is refused for after the fact, if anything is asked for that may refuse it. */
function mutationCheck(
  request: RestRequest,
  method: Method,
): ((row: AnswerRow) => void) | undefined {
  const { media, preferences } = request;
  const { maxAffected, handling } = preferences;
  const isBounded = handling === "strict" && maxAffected !== undefined && method !== "PUT";
  if (media.form !== "object" && !isBounded && method !== "PUT") return undefined;
  return (row) => {
    const rows = Number(row.rows);
    if (method === "PUT" && rows !== 1)
      throw new RestError(
        400,
        "PGRST115",
        "Payload values do not match URL in primary key column(s)",
      );
    if (media.form === "object" && rows !== 1) throw notSingular(rows);
    if (isBounded && rows > maxAffected) {
      const message = "Query result exceeds max-affected preference constraint";
      throw new RestError(400, "PGRST124", message, { details: `The query affects ${rows} rows` });
    }
  };
}

interface Count {
  /** Counted in the statement itself. */
  exact: Sql | undefined;
  total(row: AnswerRow, session: Session): Promise<number | undefined>;
}

/** `exact` counts; `planned` asks the planner; `estimated` counts up to the largest page, then asks it. */
function countOf({ preferences }: RestRequest, rules: AnswerRules, rows: Sql): Count {
  const planned = async (session: Session) => {
    const statement = sql`explain (format json) ${rows}`;
    const readOnly = { ...session, isReadOnly: true };
    const row = await rules.executor.run<ExplainRow>(readOnly, statement, { rollBack: false });
    return Number(row["QUERY PLAN"][0]?.Plan["Plan Rows"] ?? 0);
  };
  switch (preferences.count) {
    case "exact":
      return { exact: rows, total: async (row) => Number(row.total) };
    case "planned":
      return { exact: undefined, total: (_row, session) => planned(session) };
    case "estimated": {
      const { maxRows } = rules;
      if (maxRows === undefined) return { exact: rows, total: async (row) => Number(row.total) };
      return {
        exact: sql`${rows} limit ${maxRows + 1}`,
        async total(row, session) {
          const counted = Number(row.total);
          return counted > maxRows ? Math.max(counted, await planned(session)) : counted;
        },
      };
    }
    default:
      return { exact: undefined, total: async () => undefined };
  }
}

interface ExplainRow {
  "QUERY PLAN": { Plan: { "Plan Rows": number } }[];
}

function sessionOf(request: RestRequest, rules: AnswerRules, isReadOnly: boolean): Session {
  const { claims, schema, method, path, headers, preferences } = request;
  const timeout = rules.cache.statementTimeout(claims.role) ?? `${rules.statementTimeoutMs}`;
  const settings: Record<string, string> = {
    search_path: `"${schema.replaceAll('"', '""')}", "public", "extensions"`,
    statement_timeout: timeout,
    "request.method": method,
    "request.path": path,
    "request.headers": JSON.stringify(headers),
    "request.cookies": JSON.stringify(cookiesOf(headers.cookie)),
  };
  if (preferences.timezone !== undefined) settings["timezone"] = preferences.timezone;
  return { claims, settings, isReadOnly };
}

function cookiesOf(header: string | undefined): Record<string, string> {
  const pairs = header?.split(";").map((pair) => pair.trim().split("=", 2)) ?? [];
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, value]));
}

function contentHeaders({ media, profile }: RestRequest): Answer["headers"] {
  return { "content-type": media.contentType, "content-profile": profile };
}

const APPLICABLE: Record<string, Parameters<typeof preferenceApplied>[1]> = {
  POST: ["resolution", "return", "count", "tx", "missing", "handling", "timezone"],
  PATCH: ["return", "count", "tx", "missing", "handling", "timezone", "maxAffected"],
  PUT: ["return", "count", "tx", "handling", "timezone"],
  DELETE: ["return", "count", "tx", "handling", "timezone", "maxAffected"],
};

/** @throws {RestError} PGRST205 */
function relationOf(cache: SchemaCache, schema: string, name: string): Relation {
  const relation = cache.relation(schema, name);
  if (relation) return relation;
  const names = cache.relations(schema).map((r) => r.name);
  const similar = mostSimilar(name, names, 0.75);
  const message = `Could not find the table '${schema}.${name}' in the schema cache`;
  throw new RestError(404, "PGRST205", message, {
    hint: similar === undefined ? null : `Perhaps you meant the table '${schema}.${similar}'`,
  });
}

/** The row of a function that gives no relation's rows: its columns are not known beforehand. */
function rowOf({ schema, name }: Routine): Relation {
  return {
    oid: "0",
    schema,
    name,
    isView: true,
    columns: new Map(),
    primaryKey: [],
    uniqueKeys: [],
    computed: new Set(),
  };
}

function keyAsText(relation: Relation): SelectItem[] {
  return relation.primaryKey.map((name) => ({
    kind: "field",
    field: { name, path: [] },
    alias: undefined,
    cast: "text",
    aggregate: undefined,
    aggregateCast: undefined,
  }));
}

/** Where the one inserted row is, by its key. */
function locationOf(relation: Relation, body: string | null): string | undefined {
  const rows: Record<string, string | null>[] = JSON.parse(body ?? "[]");
  const [row] = rows;
  if (!row || rows.length !== 1 || relation.primaryKey.length === 0) return undefined;
  const key = Object.entries(row).map(([name, value]) => [
    name,
    value === null ? "is.null" : `eq.${value}`,
  ]);
  return `/${relation.name}?${new URLSearchParams(key)}`;
}
