import type { MediaType } from "../media-type.ts";
import type { Routine } from "../schema/objects.ts";
import { EMPTY, identifier, type Sql, sql, trusted } from "./fragment.ts";

/** The name under which the rows of a mutation or a function are read. */
export const GIVEN = "pgrst_source";

/** How the rows of an answer become its body. */
export interface AnswerShape {
  media: MediaType;
  /** False where nothing of the rows is answered. */
  hasBody: boolean;
  /** The function that gave the rows. */
  routine?: Routine;
}

/** The one row of every statement: how many rows there are, the body, and what functions have set. */
export interface AnswerRow {
  total: string | null;
  rows: string;
  body: string | null;
  headers: string | null;
  status: string | null;
  inserted: string | null;
}

/** Wraps a statement whose rows are the answer. `changed` runs first, `counted` gives the total. */
export function answerSql(
  answer: { changed?: Sql; read: Sql; counted: Sql | undefined },
  shape: AnswerShape,
): Sql {
  const changed = answer.changed ? sql`${identifier(GIVEN)} as (${answer.changed}), ` : EMPTY;
  const total = answer.counted ? sql`(select count(*) from (${answer.counted}) as "c")` : sql`null`;
  return sql`with ${changed}"pgrst_answer" as (${answer.read}) select ${total} as "total", count(*) as "rows", ${bodySql(shape)} as "body", ${setting("response.headers")} as "headers", ${setting("response.status")} as "status", ${setting("pgrst.inserted")} as "inserted" from (select * from "pgrst_answer") as "a"`;
}

function bodySql({ media, hasBody, routine }: AnswerShape): Sql {
  if (!hasBody) return trusted("null");
  if (media.form === "csv") return CSV;
  const isScalar = routine !== undefined && !routine.isComposite;
  const item = isScalar ? `"a"."pgrst_scalar"` : `"a"`;
  const isOne = media.form === "object" || (routine !== undefined && !routine.returnsSet);
  const array = `json_agg(${item})`;
  const kept = media.stripNulls ? `json_strip_nulls(${array})` : array;
  return trusted(
    isOne ? `coalesce((${kept} -> 0)::text, 'null')` : `coalesce(${kept}::text, '[]')`,
  );
}

/** Rows as Postgres prints them, which is how CSV wants them, under a line of their keys. */
const CSV = trusted(
  `(select coalesce(string_agg("k", ','), '') from (select json_object_keys(row_to_json("h")) as "k" from (select * from "pgrst_answer" limit 1) as "h") as "keys")` +
    ` || E'\\n' || coalesce(string_agg(substring("a"::text, 2, length("a"::text) - 2), E'\\n'), '')`,
);

function setting(name: string): Sql {
  return trusted(`nullif(current_setting('${name}', true), '')`);
}
