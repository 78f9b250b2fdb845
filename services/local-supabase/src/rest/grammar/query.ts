import { parseColumns, parseLogicPath, parseTreePath } from "./field.ts";
import { type Filter, type LogicTree, parseFilter, parseLogicTree } from "./filter.ts";
import { type OrderTerm, parseOrder } from "./order.ts";
import { parseSelect, type SelectItem } from "./select.ts";

/** Something that belongs to the embedded resource at `embeds` (none: the root). */
export interface Placed<T> {
  embeds: string[];
  value: T;
}

/** A whole query string, parsed. */
export interface Query {
  select: SelectItem[];
  filters: Placed<Filter>[];
  logic: Placed<LogicTree>[];
  order: Placed<OrderTerm[]>[];
  limits: Placed<number>[];
  offsets: Placed<number>[];
  columns: string[] | undefined;
  onConflict: string[] | undefined;
  /** Arguments of a function called by GET: parameters that are no filters. */
  args: [name: string, value: string][];
}

const WORDS = ["select", "columns", "on_conflict"];
const EMBEDDABLE_WORDS = ["order", "limit", "offset", "and", "or"];
const FILTER_START =
  /^(?:not\.)?(?:in\.|is\.|isdistinct\.|(?:pl|ph|w)?fts[.(]|(?:eq|gte?|lte?|i?like|i?match)(?:\((?:any|all)\))?\.|(?:neq|cs|cd|ov|sl|sr|nxr|nxl|adj)\.)/u;

/**
 * Parses a query string. In a function called by GET (`isCall`) what doesn't look like a filter is
 * an argument. @throws {RestError} PGRST100
 */
export function parseQuery(queryString: string, isCall: boolean): Query {
  const parameters = [...new URLSearchParams(queryString)];
  const first = (name: string) => parameters.find(([key]) => key === name)?.[1];
  const columns = first("columns");
  const onConflict = first("on_conflict");
  const query: Query = {
    select: parseSelect(first("select") ?? "*"),
    filters: [],
    logic: [],
    order: [],
    limits: [],
    offsets: [],
    columns: columns === undefined ? undefined : parseColumns("columns", columns),
    onConflict: onConflict === undefined ? undefined : parseColumns("on_conflict", onConflict),
    args: [],
  };
  for (const [key, value] of parameters) {
    const word = key.slice(key.lastIndexOf(".") + 1);
    if (WORDS.includes(key)) continue;
    if (EMBEDDABLE_WORDS.includes(word)) addPlaced(query, word, key, value);
    else if (isCall && !key.includes(".") && !FILTER_START.test(value))
      query.args.push([key, value]);
    else {
      const { embeds, field } = parseTreePath(key);
      query.filters.push({ embeds, value: parseFilter(field, value) });
    }
  }
  return query;
}

function addPlaced(query: Query, word: string, key: string, value: string): void {
  if (word === "and" || word === "or") {
    const { embeds, operator } = parseLogicPath(key);
    query.logic.push({ embeds, value: parseLogicTree(operator, value) });
    return;
  }
  const { embeds } = parseTreePath(key);
  if (word === "order") {
    if (value !== "") query.order.push({ embeds, value: parseOrder(value) });
    return;
  }
  // Like PostgREST: a limit or offset that is no whole number is no limit.
  if (!/^-?[0-9]{1,15}$/u.test(value)) return;
  (word === "limit" ? query.limits : query.offsets).push({ embeds, value: Number(value) });
}
