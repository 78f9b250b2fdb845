/** A view's column that is a plain column of another relation. */
export interface ViewColumn {
  /** The view's own `attnum`. */
  number: number;
  baseOid: string;
  baseNumber: number;
}

const TARGET =
  /:resno (\d+) :resname (?:[^\\ ]|\\.)* :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (\d+) :resjunk false/gu;

/**
 * Where a view's columns come from, read from the `pg_node_tree` text of its query. Only the
 * outermost target list counts: those of subqueries say nothing about the view.
 */
export function viewColumns(definition: string): ViewColumn[] {
  const columns: ViewColumn[] = [];
  for (const [, number, baseOid = "0", baseNumber] of targetList(definition).matchAll(TARGET)) {
    if (baseOid === "0") continue;
    columns.push({ number: Number(number), baseOid, baseNumber: Number(baseNumber) });
  }
  return columns;
}

/** The text of the `:targetList` at depth one, without what is nested in its expressions. */
function targetList(definition: string): string {
  let depth = 0;
  let text = "";
  let isInside = false;
  for (let at = 0; at < definition.length; at++) {
    const character = definition[at] ?? "";
    if (character === "\\") {
      if (isInside && depth === 2) text += definition.slice(at, at + 2);
      at++;
      continue;
    }
    if (character === "{") depth++;
    else if (character === "}") depth--;
    else if (depth === 1 && character === ":") {
      if (isInside) return text;
      isInside = definition.startsWith(":targetList ", at);
    } else if (isInside && depth === 2) text += character;
  }
  return text;
}
