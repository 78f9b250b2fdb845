/** One condition on a changed row; a row passes when every condition does. */
export interface Filter {
  column: string;
  operator: FilterOperator;
  /** An array literal (`{a,b}`) for `in`, a keyword for `is`. */
  value: string;
  isNegated: boolean;
}

export type FilterOperator =
  | "eq"
  | "neq"
  | "lt"
  | "lte"
  | "gt"
  | "gte"
  | "in"
  | "like"
  | "ilike"
  | "is"
  | "match"
  | "imatch"
  | "isdistinct";

/** A filter that Supabase would not accept; the message is Supabase's. */
export class FilterError extends Error {
  override readonly name = "FilterError";
}

const sqlOperators: Record<Exclude<FilterOperator, "in" | "is">, string> = {
  eq: "=",
  neq: "<>",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
  like: "like",
  ilike: "ilike",
  match: "~",
  imatch: "~*",
  isdistinct: "is distinct from",
};
const maxConditions = 100;
const isKeywords = new Set(["null", "true", "false", "unknown"]);

/**
 * Reads `column=operator.value,…`: conditions joined by AND, each with an optional `not.`, values in double quotes
 * where they hold commas, parentheses or quotes.
 * @throws {FilterError}
 */
export function parseFilters(text: string): Filter[] {
  if (text.trim() === "") return [];
  const segments = splitTopLevel(text.trim());
  if (segments.length > maxConditions) {
    throw new FilterError(`too many conditions. Maximum ${maxConditions}`);
  }
  return segments.map(parseCondition);
}

function parseCondition(segment: string): Filter {
  const text = segment.trim();
  if (text === "") {
    throw new FilterError("filter must not contain empty segments (check for extra commas)");
  }
  const equals = text.indexOf("=");
  if (equals < 0) throw new FilterError(JSON.stringify([text]));
  const column = text.slice(0, equals);
  const isNegated = text.startsWith("not.", equals + 1);
  const rest = text.slice(equals + 1 + (isNegated ? 4 : 0));
  const dot = rest.indexOf(".");
  if (dot < 0) throw new FilterError(JSON.stringify([rest]));
  const operator = rest.slice(0, dot);
  const value = rest.slice(dot + 1);
  if (!isOperator(operator)) throw new FilterError(`["${operator}", "${value}"]`);
  return { column, operator, value: sqlValueOf(operator, value), isNegated };
}

function sqlValueOf(operator: FilterOperator, value: string): string {
  if (operator !== "in") return unquoted(value);
  if (value.length < 2 || !value.startsWith("(") || !value.endsWith(")")) {
    throw new FilterError("`in` filter value must be wrapped by parentheses");
  }
  return `{${value.slice(1, -1)}}`;
}

/** Splits at commas outside quotes and parentheses. A quote opens only where a value or an element can begin. */
function splitTopLevel(text: string): string[] {
  const segments: string[] = [];
  let start = 0;
  let depth = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isQuoted) {
      if (character === "\\") i++;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') {
      isQuoted = i > 0 && ".(,".includes(text.charAt(i - 1));
    } else if (character === "(") {
      depth++;
    } else if (character === ")") {
      depth = Math.max(0, depth - 1);
    } else if (character === "," && depth === 0) {
      segments.push(text.slice(start, i));
      start = i + 1;
    }
  }
  segments.push(text.slice(start));
  return segments;
}

/** The text within quotes when all of it is one quoted text, else the text itself. */
function unquoted(value: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  return inner === undefined ? value : inner.replace(/\\(.)/gs, "$1");
}

function isOperator(text: string): text is FilterOperator {
  return text === "in" || text === "is" || Object.hasOwn(sqlOperators, text);
}

/**
 * The condition in SQL, false where a value is null. `operand` and `type` come from the catalog, `parameter` stands
 * for the filter's value.
 * @throws {FilterError}
 */
export function filterSql(
  { operator, value, isNegated }: Filter,
  { operand, type, parameter }: { operand: string; type: string; parameter: string },
): string {
  const not = isNegated ? "not " : "";
  if (operator === "is") {
    if (!isKeywords.has(value)) {
      throw new FilterError("invalid value for is filter: must be null, true, false, or unknown");
    }
    if (value !== "null" && type !== "boolean") {
      throw new FilterError(`is ${value} filter requires a boolean column, got ${type}`);
    }
    // The parameter's type must be known although its value stands in the keyword.
    return `(${operand} is ${not}${value} and ${parameter}::text is not null)`;
  }
  if (operator === "in")
    return `coalesce(${not}(${operand} = any(${parameter}::${type}[])), false)`;
  return `coalesce(${not}(${operand} ${sqlOperators[operator]} ${parameter}::${type}), false)`;
}
