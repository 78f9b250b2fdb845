import type { CallPlan } from "../plan/call-plan.ts";
import type { Returning } from "../plan/mutate-plan.ts";
import type { Parameter } from "../schema/objects.ts";
import { EMPTY, identifier, join, type Sql, sql, trusted } from "./fragment.ts";
import { returningSql } from "./mutate-sql.ts";

/** A function's rows, or its one value as `pgrst_scalar`. */
export function callSql(plan: CallPlan, returning: Returning): Sql {
  const { routine } = plan;
  const body = bodySql(plan);
  const call = sql`${identifier(routine.schema, routine.name)}(${argumentList(plan)})`;
  if (!routine.isComposite) {
    return sql`select ${call} as "pgrst_scalar"${body ? sql` from ${body}` : EMPTY}`;
  }
  const columns = routine.returns ? returningSql(returning, "call") : trusted(`"call".*`);
  return sql`select ${columns} from ${body ? sql`${body}, lateral ` : EMPTY}${call} as "call"`;
}

function argumentList({ parameters, args }: CallPlan): Sql {
  const [only] = parameters;
  if (args.kind === "json" && only?.name === "")
    return sql`${args.payload.json}::${trusted(only.type)}`;
  const texts = new Map(args.kind === "text" ? args.values : []);
  const argumentOf = ({ name, type }: Parameter) =>
    args.kind === "json" ? identifier("body", name) : sql`${texts.get(name)}::${trusted(type)}`;
  const named = parameters.map(
    (p) =>
      sql`${trusted(p.isVariadic ? "variadic " : "")}${identifier(p.name)} := ${argumentOf(p)}`,
  );
  return join(named, ", ");
}

/** The arguments of a JSON body as one row named `body`, with the parameters' types. */
function bodySql({ parameters, args }: CallPlan): Sql | undefined {
  if (args.kind === "text" || parameters.length === 0 || parameters[0]?.name === "")
    return undefined;
  const { json, isObject } = args.payload;
  const typed = parameters.map(({ name, type }) => sql`${identifier(name)} ${trusted(type)}`);
  const read = trusted(isObject ? "json_to_record" : "json_to_recordset");
  return sql`(select * from ${read}(${json}::json) as _(${join(typed, ", ")}) limit 1) as "body"`;
}
