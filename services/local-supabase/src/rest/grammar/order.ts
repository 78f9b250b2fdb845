import { type Field, field, fieldName } from "./field.ts";
import { commaSeparated, parseWhole, type Scanner } from "./scanner.ts";

/** One sort key; `relation` names the embedded to-one resource whose field it is. */
export interface OrderTerm {
  relation: string | undefined;
  field: Field;
  direction: "asc" | "desc" | undefined;
  nulls: "first" | "last" | undefined;
}

/** `order ::= term ("," term)*`. @throws {RestError} PGRST100 */
export function parseOrder(text: string): OrderTerm[] {
  return parseWhole(text, `failed to parse order (${text})`, (s) =>
    commaSeparated(s, () => term(s)),
  );
}

/** `term ::= (relation "(" field ")" | field) ("." ("asc" | "desc"))? ("." ("nullsfirst" | "nullslast"))?` */
function term(s: Scanner): OrderTerm | undefined {
  s.skipBlanks();
  const related = s.attempt(() => relatedField(s));
  const sorted = related?.field ?? field(s);
  if (!sorted) return undefined;
  const direction = s.take(".asc", '"asc"')
    ? "asc"
    : s.take(".desc", '"desc"')
      ? "desc"
      : undefined;
  const nulls = s.take(".nullsfirst", '"nullsfirst"')
    ? "first"
    : s.take(".nullslast", '"nullslast"')
      ? "last"
      : undefined;
  s.skipBlanks();
  if (!s.atEnd && !s.sees(",")) return s.expected('","');
  return { relation: related?.relation, field: sorted, direction, nulls };
}

function relatedField(s: Scanner): { relation: string; field: Field } | undefined {
  const relation = fieldName(s);
  if (relation === undefined || !s.sees("(")) return undefined;
  s.take("(");
  const sorted = field(s);
  return sorted && s.take(")") ? { relation, field: sorted } : undefined;
}
