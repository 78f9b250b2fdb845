import { type Field, field, identifier, quotedValue } from "./field.ts";
import { commaSeparated, parseWhole, type Scanner } from "./scanner.ts";

/** Operators that also take `(any)` and `(all)` over an array of operands. */
export const QUANTIFIABLE = {
  eq: "=",
  gte: ">=",
  gt: ">",
  lte: "<=",
  lt: "<",
  like: "like",
  ilike: "ilike",
  match: "~",
  imatch: "~*",
} as const;

export const SIMPLE = {
  neq: "<>",
  cs: "@>",
  cd: "<@",
  ov: "&&",
  sl: "<<",
  sr: ">>",
  nxr: "&<",
  nxl: "&>",
  adj: "-|-",
} as const;

export const FULL_TEXT = {
  fts: "to_tsquery",
  plfts: "plainto_tsquery",
  phfts: "phraseto_tsquery",
  wfts: "websearch_to_tsquery",
} as const;

export type IsValue = "null" | "not_null" | "true" | "false" | "unknown";

export type Operation =
  | { kind: "simple"; operator: keyof typeof SIMPLE; value: string }
  | {
      kind: "quantifiable";
      operator: keyof typeof QUANTIFIABLE;
      quantifier: "any" | "all" | undefined;
      value: string;
    }
  | { kind: "is"; value: IsValue }
  | { kind: "isdistinct"; value: string }
  | { kind: "in"; values: string[] }
  | {
      kind: "fullText";
      operator: keyof typeof FULL_TEXT;
      config: string | undefined;
      value: string;
    };

/** A condition on one field. */
export interface Filter {
  kind: "filter";
  field: Field;
  isNegated: boolean;
  operation: Operation;
}

export type LogicTree =
  | Filter
  | { kind: "logic"; operator: "and" | "or"; isNegated: boolean; terms: LogicTree[] };

/** What ends a value: in a filter the end of the parameter, in a logic tree a comma or parenthesis. */
type ValueRule = (s: Scanner) => string | undefined;

const OPERATOR_LABEL = "operator (eq, gt, ...)";
const OPERATOR = /([a-z]+)(?:\((any|all)\))?\./uy;
const FULL_TEXT_OPERATOR = /(fts|plfts|phfts|wfts)(?=[.(])/uy;
const IS_VALUE = /not_null|null|unknown|true|false/iuy;
const UNTIL_END = /.*/suy;
const UNTIL_BREAK = /[^,)]*/uy;
const ARRAY = /\{[^{}]*\}(?=[,)]|$)/uy;

/** `filter ::= operation`, the value of a filter whose key is `column`. @throws {RestError} PGRST100 */
export function parseFilter(filtered: Field, value: string): Filter {
  const label = `failed to parse filter (${value})`;
  return parseWhole(value, label, (s) => condition(s, filtered, untilEnd));
}

/** `logic ::= ("not" ".")? ("and" | "or") "(" tree ("," tree)* ")"`. @throws {RestError} PGRST100 */
export function parseLogicTree(operator: string, value: string): LogicTree {
  // Read as the tree that it stands for, `and(…)`, so that the rule is the same at every depth.
  return parseWhole(operator + value, `failed to parse logic tree (${value})`, tree);
}

/** `tree ::= field "." operation | ("not" ".")? ("and" | "or") "(" tree ("," tree)* ")"` */
function tree(s: Scanner): LogicTree | undefined {
  return s.attempt(() => treeFilter(s)) ?? s.nested(() => logic(s));
}

function treeFilter(s: Scanner): Filter | undefined {
  const filtered = field(s);
  if (!filtered || !s.take(".", "delimiter (.)")) return undefined;
  return condition(s, filtered, treeValue);
}

function logic(s: Scanner): LogicTree | undefined {
  s.skipBlanks();
  const isNegated = s.take("not.", "negation operator (not)");
  const operator = s.take("and", LOGIC_LABEL)
    ? "and"
    : s.take("or", LOGIC_LABEL)
      ? "or"
      : undefined;
  s.skipBlanks();
  if (!operator || !s.take("(")) return undefined;
  s.skipBlanks();
  const terms = commaSeparated(s, () => tree(s));
  s.skipBlanks();
  if (!terms || !s.take(")")) return undefined;
  s.skipBlanks();
  return { kind: "logic", operator, isNegated, terms };
}

const LOGIC_LABEL = "logic operator (and, or)";

/** `condition ::= ("not" ".")? operation` */
function condition(s: Scanner, filtered: Field, value: ValueRule): Filter | undefined {
  const isNegated = s.take("not.", '"not"');
  const operation = operationOf(s, value);
  return operation && { kind: "filter", field: filtered, isNegated, operation };
}

/** `operation ::= "in." list | "is." is-value | "isdistinct." value | full-text | operator "." value` */
function operationOf(s: Scanner, value: ValueRule): Operation | undefined {
  if (s.sees("in.")) return s.take("in.") ? inList(s) : undefined;
  if (s.sees("is.")) return s.take("is.") ? isOperation(s) : undefined;
  if (s.sees("isdistinct.")) {
    s.take("isdistinct.");
    const operand = value(s);
    return operand === undefined ? undefined : { kind: "isdistinct", value: operand };
  }
  return s.attempt(() => fullText(s, value)) ?? s.attempt(() => compared(s, value));
}

function compared(s: Scanner, value: ValueRule): Operation | undefined {
  const start = s.pos;
  const found = s.match(OPERATOR, OPERATOR_LABEL);
  if (!found) return undefined;
  const [, operator = "", quantifier] = found;
  if (Object.hasOwn(SIMPLE, operator) && quantifier === undefined) {
    const operand = value(s);
    if (operand === undefined) return undefined;
    return { kind: "simple", operator: operator as keyof typeof SIMPLE, value: operand };
  }
  if (!Object.hasOwn(QUANTIFIABLE, operator)) {
    s.pos = start;
    return s.expected(OPERATOR_LABEL);
  }
  const operand = value(s);
  if (operand === undefined) return undefined;
  return {
    kind: "quantifiable",
    operator: operator as keyof typeof QUANTIFIABLE,
    quantifier: quantifier as "any" | "all" | undefined,
    value: operand,
  };
}

/** `full-text ::= ("fts" | "plfts" | "phfts" | "wfts") ("(" config ")")? "." value` */
function fullText(s: Scanner, value: ValueRule): Operation | undefined {
  const operator = s.match(FULL_TEXT_OPERATOR, OPERATOR_LABEL)?.[1];
  if (!operator) return undefined;
  let config: string | undefined;
  if (s.take("(")) {
    config = identifier(s);
    if (config === undefined || !s.take(")")) return undefined;
  }
  if (!s.take(".", "delimiter (.)")) return undefined;
  const operand = value(s);
  if (operand === undefined) return undefined;
  return { kind: "fullText", operator: operator as keyof typeof FULL_TEXT, config, value: operand };
}

function isOperation(s: Scanner): Operation | undefined {
  const label = "isVal: (null, not_null, true, false, unknown)";
  const found = s.match(IS_VALUE, label);
  return found && { kind: "is", value: found[0].toLowerCase() as IsValue };
}

/** `list ::= "(" element ("," element)* ")"`, `element ::= quoted | [^,)]*` */
function inList(s: Scanner): Operation | undefined {
  s.skipBlanks();
  if (!s.take("(")) return undefined;
  const values: string[] = [];
  do {
    const element = s.attempt(() => quotedElement(s)) ?? s.match(UNTIL_BREAK, "value")?.[0];
    if (element === undefined) return undefined;
    values.push(element);
  } while (s.take(","));
  if (!s.take(")")) return undefined;
  s.skipBlanks();
  return { kind: "in", values };
}

/** A quoted element counts as such only when it fills its place. */
function quotedElement(s: Scanner): string | undefined {
  const value = s.sees('"') ? quotedValue(s) : undefined;
  return value !== undefined && (s.atEnd || s.sees(",") || s.sees(")")) ? value : undefined;
}

function untilEnd(s: Scanner): string | undefined {
  return s.match(UNTIL_END, "value")?.[0];
}

/** `tree-value ::= quoted | "{" [^{}]* "}" | [^,)]*` */
function treeValue(s: Scanner): string | undefined {
  return (
    s.attempt(() => quotedElement(s)) ??
    s.match(ARRAY, "value")?.[0] ??
    s.match(UNTIL_BREAK, "value")?.[0]
  );
}
