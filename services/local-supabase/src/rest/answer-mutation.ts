import { type AnswerRules, requireAtMost, requireSingular } from "./answer.ts";
import { RestError } from "./error.ts";
import type { Query } from "./grammar/query.ts";
import { planMutation } from "./plan/mutate-plan.ts";
import { planRead } from "./plan/read-plan.ts";
import { type Preferences, preferenceApplied } from "./preferences.ts";
import { contentRange } from "./range.ts";
import { type Answer, contentHeaders, locationOf, overridden } from "./reply.ts";
import type { Method, RestRequest } from "./request.ts";
import type { Relation } from "./schema/objects.ts";
import { sessionOf } from "./session.ts";
import { type AnswerRow, answerSql, GIVEN } from "./sql/answer-sql.ts";
import { mutateSql } from "./sql/mutate-sql.ts";
import { readSql } from "./sql/read-sql.ts";

export type MutatingMethod = Exclude<Method, "GET" | "HEAD">;

const APPLICABLE: Record<MutatingMethod, (keyof Preferences)[]> = {
  POST: ["resolution", "return", "count", "tx", "missing", "handling", "timezone"],
  PATCH: ["return", "count", "tx", "missing", "handling", "timezone", "maxAffected"],
  PUT: ["return", "count", "tx", "handling", "timezone"],
  DELETE: ["return", "count", "tx", "handling", "timezone", "maxAffected"],
};

/** Answers an insert, update, upsert or delete. @throws {RestError} */
export async function answerMutation(
  request: RestRequest,
  method: MutatingMethod,
  relation: Relation,
  rules: AnswerRules,
): Promise<Answer> {
  const { query, preferences, media, payload } = request;
  const isShown = preferences.return === "representation";
  const isLocated = method === "POST" && preferences.return === "headers-only";
  const read = planRead(rules.cache, relation, {
    query: isShown ? query : unseen(query, isLocated ? relation.primaryKey : []),
    isMutation: true,
    range: { offset: 0, limit: undefined },
    maxRows: undefined,
  });
  const plan = planMutation(rules.cache, relation, { method, query, preferences, payload, read });
  const statement = answerSql(
    { changed: mutateSql(plan), read: readSql(read, GIVEN), counted: undefined },
    { media: isLocated ? { ...media, form: "array" } : media, hasBody: isShown || isLocated },
  );
  const row = await rules.executor.run<AnswerRow>(sessionOf(request, rules, false), statement, {
    rollBack: preferences.tx === "rollback",
    check: checkOf(request, method),
  });

  const rows = Number(row.rows);
  const isCounted = preferences.count === "exact" || preferences.count === "estimated";
  return overridden(row, {
    status: statusOf(request, method, row),
    headers: {
      "content-range": contentRange(0, method === "PATCH" ? rows : 0, isCounted ? rows : undefined),
      location: isLocated ? locationOf(relation, row.body) : undefined,
      "preference-applied": preferenceApplied(preferences, APPLICABLE[method]),
      ...(isShown ? contentHeaders(request) : {}),
    },
    body: isShown ? (row.body ?? undefined) : undefined,
  });
}

/** Reads nothing of the changed rows, or their key as text. */
function unseen(query: Query, key: string[]): Query {
  const select = key.map((name) => ({
    kind: "field" as const,
    field: { name, path: [] },
    alias: undefined,
    cast: "text",
    aggregate: undefined,
    aggregateCast: undefined,
  }));
  return { ...query, select, filters: [], logic: [], order: [], limits: [], offsets: [] };
}

/** What a change is refused for after the fact; undefined where nothing can refuse it. */
function checkOf(
  request: RestRequest,
  method: MutatingMethod,
): ((row: AnswerRow) => void) | undefined {
  const { media, preferences } = request;
  const isBounded = method === "PATCH" || method === "DELETE";
  const maxAffected =
    preferences.handling === "strict" && isBounded ? preferences.maxAffected : undefined;
  if (media.form !== "object" && maxAffected === undefined && method !== "PUT") return undefined;
  return (row) => {
    if (method === "PUT" && Number(row.rows) !== 1) {
      const message = "Payload values do not match URL in primary key column(s)";
      throw new RestError(400, "PGRST115", message);
    }
    requireSingular(request, row);
    requireAtMost(maxAffected, row);
  };
}

/** 201 for what is new, 200 for what is shown, 204 for the rest. */
function statusOf({ preferences }: RestRequest, method: MutatingMethod, row: AnswerRow): number {
  const isShown = preferences.return === "representation";
  if (method === "PATCH" || method === "DELETE" || (method === "PUT" && !isShown))
    return isShown ? 200 : 204;
  const isMerge = method === "PUT" || preferences.resolution === "merge-duplicates";
  return isMerge && Number(row.inserted ?? 0) <= 0 ? 200 : 201;
}
