import type { CallPlan } from "../plan/call-plan.ts";
import type { Returning } from "../plan/mutate-plan.ts";
import { EMPTY, identifier, join, type Sql, sql, trusted } from "./fragment.ts";
import { returningSql } from "./mutate-sql.ts";

/** A function's rows, or its one value as `pgrst_scalar`. */
export function callSql(plan: CallPlan, returning: Returning): Sql {
  const { routine } = plan;
  const args = argumentsSql(plan);
  const call = sql`${identifier(routine.schema, routine.name)}(${args.list})`;
  if (!routine.isComposite) return sql`select ${call} as "pgrst_scalar"${args.from(" from ")}`;
  const columns = routine.returns ? returningSql(returning, "call") : trusted(`"call".*`);
  return sql`select ${columns} from ${args.from("")}${args.from(", lateral ", true)}${call} as "call"`;
}

interface ArgumentsSql {
  list: Sql;
  /** What the arguments are read from, if anything, after `prefix`; or `prefix` alone. */
  from(prefix: string, alone?: boolean): Sql;
}

function argumentsSql({ routine, parameters, args }: CallPlan): ArgumentsSql {
  const none = () => EMPTY;
  if (args.kind === "text") {
    const values = new Map(args.values);
    const list = parameters.map((p) =>
      named(p.name, p.isVariadic, sql`${values.get(p.name)}::${trusted(p.type)}`),
    );
    return { list: join(list, ", "), from: none };
  }
  const [only] = parameters;
  if (only?.name === "")
    return { list: sql`${args.payload.json}::${trusted(only.type)}`, from: none };
  if (parameters.length === 0) return { list: EMPTY, from: none };
  const list = parameters.map((p) => named(p.name, p.isVariadic, identifier("body", p.name)));
  const typed = join(
    parameters.map((p) => sql`${identifier(p.name)} ${trusted(p.type)}`),
    ", ",
  );
  const read = trusted(args.payload.isObject ? "json_to_record" : "json_to_recordset");
  const body = sql`(select * from ${read}(${args.payload.json}::json) as _(${typed}) limit 1) as "body"`;
  return {
    list: join(list, ", "),
    from: (prefix, alone = false) => (alone ? trusted(prefix) : sql`${trusted(prefix)}${body}`),
  };
}

function named(name: string, isVariadic: boolean, value: Sql): Sql {
  return sql`${trusted(isVariadic ? "variadic " : "")}${identifier(name)} := ${value}`;
}
