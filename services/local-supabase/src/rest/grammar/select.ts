import { type Field, field, fieldName, identifier } from "./field.ts";
import { commaSeparated, parseWhole, type Scanner } from "./scanner.ts";

export type Aggregate = "avg" | "count" | "max" | "min" | "sum";
export type JoinType = "left" | "inner";

/** One column of the answer. `name` is `*` for all columns and for `count()`. */
export interface SelectField {
  kind: "field";
  field: Field;
  alias: string | undefined;
  cast: string | undefined;
  aggregate: Aggregate | undefined;
  aggregateCast: string | undefined;
}

/** A related table inside the answer, or spread into its parent's columns. */
export interface SelectEmbed {
  kind: "embed";
  target: string;
  alias: string | undefined;
  hint: string | undefined;
  join: JoinType | undefined;
  isSpread: boolean;
  items: SelectItem[];
}

export type SelectItem = SelectField | SelectEmbed;

const AGGREGATE = /\.(avg|count|max|min|sum)\(\)/uy;
const EMPTY_FOREST = /\s*/uy;

/** `select ::= forest`. @throws {RestError} PGRST100 */
export function parseSelect(text: string): SelectItem[] {
  return parseWhole(text, `failed to parse select parameter (${text})`, forest);
}

/** `forest ::= (item ("," item)*)?` */
function forest(s: Scanner): SelectItem[] | undefined {
  s.match(EMPTY_FOREST, "");
  if (s.atEnd || s.sees(")")) return [];
  return commaSeparated(s, () => item(s));
}

/** `item ::= "..." embed | "*" | (alias ":")? (embed | "count()" cast? | column)` */
function item(s: Scanner): SelectItem | undefined {
  s.skipBlanks();
  if (s.take("...")) {
    const target = fieldName(s);
    return target === undefined ? undefined : embed(s, target, undefined, true);
  }
  if (s.take("*")) return end(s) && plain({ name: "*", path: [] });
  const alias = s.attempt(() => {
    const name = fieldName(s);
    return name !== undefined && !s.sees("::") && s.take(":") ? name : undefined;
  });
  if (s.take("count()")) return counted(s, alias);
  return s.attempt(() => relation(s, alias)) ?? column(s, alias);
}

/** `embed ::= target ("!" (hint | "inner" | "left")){0,2} "(" forest ")"` */
function relation(s: Scanner, alias: string | undefined): SelectEmbed | undefined {
  const target = fieldName(s);
  if (target === undefined || !(s.sees("!") || s.sees("("))) return undefined;
  return embed(s, target, alias, false);
}

function embed(
  s: Scanner,
  target: string,
  alias: string | undefined,
  isSpread: boolean,
): SelectEmbed | undefined {
  let hint: string | undefined;
  let join: JoinType | undefined;
  for (let parameters = 0; parameters < 2 && s.take("!"); parameters++) {
    const name = fieldName(s);
    if (name === undefined) return undefined;
    if (name === "left" || name === "inner") join ??= name;
    else hint ??= name;
  }
  if (!s.take("(")) return undefined;
  const items = s.nested(() => forest(s));
  if (!items || !s.take(")")) return undefined;
  s.skipBlanks();
  return { kind: "embed", target, alias, hint, join, isSpread, items };
}

function counted(s: Scanner, alias: string | undefined): SelectField | undefined {
  const aggregateCast = cast(s);
  if (aggregateCast === false || !end(s)) return undefined;
  const all = plain({ name: "*", path: [] });
  return { ...all, alias, aggregate: "count", aggregateCast };
}

/** `column ::= field cast? ("." aggregate "()" cast?)?` */
function column(s: Scanner, alias: string | undefined): SelectField | undefined {
  const selected = field(s);
  const inputCast = selected && cast(s);
  if (!selected || inputCast === false) return undefined;
  const aggregate = s.match(AGGREGATE, "aggregate")?.[1] as Aggregate | undefined;
  const aggregateCast = aggregate && cast(s);
  if (aggregateCast === false || !end(s)) return undefined;
  return { ...plain(selected), alias, cast: inputCast, aggregate, aggregateCast };
}

/** `cast ::= "::" identifier`; false when the type's name is missing. */
function cast(s: Scanner): string | undefined | false {
  if (!s.take("::")) return undefined;
  return identifier(s) ?? false;
}

/** An item ends before a comma, a closing parenthesis or the end. */
function end(s: Scanner): true | undefined {
  s.skipBlanks();
  if (s.atEnd || s.sees(",") || s.sees(")")) return true;
  s.expected('")"');
  s.expected('","');
  return s.expected("end of input");
}

function plain(selected: Field): SelectField {
  return {
    kind: "field",
    field: selected,
    alias: undefined,
    cast: undefined,
    aggregate: undefined,
    aggregateCast: undefined,
  };
}
