import { countOf } from "./count.ts";
import { notSingular, outOfBounds, RestError } from "./error.ts";
import type { Executor } from "./execute.ts";
import { planCall } from "./plan/call-plan.ts";
import { computedColumns } from "./plan/read-node.ts";
import { planRead } from "./plan/read-plan.ts";
import { type Preferences, preferenceApplied } from "./preferences.ts";
import { contentRange, rangeStatus } from "./range.ts";
import { type Answer, contentHeaders, overridden } from "./reply.ts";
import type { RestRequest } from "./request.ts";
import { type Relation, unnamedRelation } from "./schema/objects.ts";
import type { SchemaCache } from "./schema/schema-cache.ts";
import { sessionOf } from "./session.ts";
import { type AnswerRow, answerSql, GIVEN } from "./sql/answer-sql.ts";
import { callSql } from "./sql/call-sql.ts";
import { countSql, readSql } from "./sql/read-sql.ts";

/** What requests are answered with. */
export interface AnswerRules {
  cache: SchemaCache;
  executor: Executor;
  /** Aborts when the client hangs up. */
  signal: AbortSignal;
}

/** Answers GET and HEAD of a table or view. @throws {RestError} */
export async function answerRead(
  request: RestRequest,
  relation: Relation,
  rules: AnswerRules,
): Promise<Answer> {
  const { query, range, media } = request;
  const { cache, executor } = rules;
  const { maxRows } = cache.config;
  const node = planRead(cache, relation, { query, isMutation: false, range, maxRows });
  const count = countOf(request, rules, () => countSql(node));
  const shape = { media, hasBody: request.method === "GET" };
  const statement = answerSql({ read: readSql(node), counted: count.counted }, shape);
  const session = sessionOf(request, rules, true);
  const row = await executor.run<AnswerRow>(session, statement);
  requireSingular(request, row);
  const total = await count.total(row, session);
  return ranged(request, row, total, ["count", "tx", "handling", "timezone"]);
}

/** Answers a function's call, by POST or with its arguments in the URL. @throws {RestError} */
export async function answerCall(request: RestRequest, rules: AnswerRules): Promise<Answer> {
  const { query, range, media, preferences, payload } = request;
  const { cache, executor } = rules;
  const { maxRows } = cache.config;
  const args = payload
    ? { kind: "json" as const, payload }
    : { kind: "text" as const, values: query.args };
  const plan = planCall(cache, request.schema, request.target.name, args);
  const { routine } = plan;
  const maxAffected = preferences.handling === "strict" ? preferences.maxAffected : undefined;
  if (maxAffected !== undefined && !routine.returnsSet) {
    const message =
      "Function must return SETOF or TABLE when max-affected preference is used with handling=strict";
    throw new RestError(400, "PGRST128", message);
  }
  const relation = routine.returns ?? unnamedRelation(routine);
  const node = planRead(cache, relation, { query, isMutation: false, range, maxRows });
  const isShown = request.method !== "HEAD" && !routine.isVoid && preferences.return !== "minimal";
  const count = countOf(request, rules, () => countSql(node, GIVEN));
  const statement = answerSql(
    {
      changed: callSql(plan, { all: true, names: computedColumns(node) }),
      read: readSql(node, GIVEN),
      counted: count.counted,
    },
    { media, hasBody: isShown, routine },
  );
  // A call in the URL must not change anything; neither may a function that says it doesn't.
  const session = sessionOf(request, rules, !payload || !routine.isVolatile, routine.timeout);
  const row = await executor.run<AnswerRow>(session, statement, {
    rollBack: preferences.tx === "rollback",
    check: session.isReadOnly
      ? undefined
      : (answered) => {
          requireSingular(request, answered);
          requireAtMost(maxAffected, answered);
        },
  });
  requireSingular(request, row);
  const applicable = ["count", "tx", "handling", "timezone", "maxAffected"] as const;
  const answer = ranged(request, row, await count.total(row, session), [...applicable]);
  return routine.isVoid && answer.status === 200 ? { ...answer, status: 204 } : answer;
}

/** @throws {RestError} PGRST116 when one object is asked for and the rows are not one */
export function requireSingular({ media }: RestRequest, row: AnswerRow): void {
  const rows = Number(row.rows);
  if (media.form === "object" && rows !== 1) throw notSingular(rows);
}

/** @throws {RestError} PGRST124 when more rows are affected than the client allows */
export function requireAtMost(maxAffected: number | undefined, row: AnswerRow): void {
  const rows = Number(row.rows);
  if (maxAffected === undefined || rows <= maxAffected) return;
  const message = "Query result exceeds max-affected preference constraint";
  throw new RestError(400, "PGRST124", message, { details: `The query affects ${rows} rows` });
}

/** Rows with their place in the whole: 206 or 416 where the total is known. */
function ranged(
  request: RestRequest,
  row: AnswerRow,
  total: number | undefined,
  applicable: (keyof Preferences)[],
): Answer {
  const { range, preferences } = request;
  const rows = Number(row.rows);
  const status = rangeStatus(range.offset, rows, total);
  if (status === 416) throw outOfBounds(range.offset, total ?? 0);
  return overridden(row, {
    status,
    headers: {
      "content-range": contentRange(range.offset, rows, total),
      "preference-applied": preferenceApplied(preferences, applicable),
      ...(row.body === null ? {} : contentHeaders(request)),
    },
    body: row.body ?? undefined,
  });
}
