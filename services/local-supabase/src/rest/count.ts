import type { Executor, Session } from "./execute.ts";
import type { RestRequest } from "./request.ts";
import type { SchemaCache } from "./schema/schema-cache.ts";
import type { AnswerRow } from "./sql/answer-sql.ts";
import { type Sql, sql } from "./sql/fragment.ts";

/** How the total of a read is found. */
export interface Count {
  /** The rows to count in the read's own statement. */
  counted: Sql | undefined;
  total(row: AnswerRow, session: Session): Promise<number | undefined>;
}

interface CountRules {
  executor: Executor;
  cache: SchemaCache;
}

interface ExplainRow {
  "QUERY PLAN": { Plan: { "Plan Rows": number } }[];
}

/**
 * `exact` counts `rows`; `planned` takes the planner's guess; `estimated` counts as far as the
 * largest page and takes the guess beyond.
 */
export function countOf(
  { preferences }: RestRequest,
  rules: CountRules,
  rowsSql: () => Sql,
): Count {
  const { count } = preferences;
  if (count === undefined) return NO_COUNT;
  const { executor } = rules;
  const { maxRows } = rules.cache.config;
  const rows = rowsSql();
  const planned = async (session: Session) => {
    const explain = sql`explain (format json) ${rows}`;
    const row = await executor.run<ExplainRow>({ ...session, isReadOnly: true }, explain);
    return row["QUERY PLAN"][0]?.Plan["Plan Rows"] ?? 0;
  };
  if (count === "exact") return { counted: rows, total: async (row) => Number(row.total) };
  if (count === "planned")
    return { counted: undefined, total: (_row, session) => planned(session) };
  return {
    counted: sql`${rows} limit ${maxRows + 1}`,
    async total(row, session) {
      const counted = Number(row.total);
      return counted > maxRows ? Math.max(counted, await planned(session)) : counted;
    },
  };
}

const NO_COUNT: Count = { counted: undefined, total: async () => undefined };
