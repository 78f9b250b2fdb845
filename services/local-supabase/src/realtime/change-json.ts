import type { Table } from "./row-sql.ts";
import type { JsonRow } from "./rows.ts";
import type { RowChange } from "./wal.ts";

/** Of larger changes only short values are told, and that there was more. */
const maxChangeBytes = 1_048_576;
const maxShortBytes = 64;

/** What a client is told of a change, of the columns that `shows`. */
export function changeJson(
  change: RowChange,
  table: Table,
  shows: (name: string) => boolean,
  rows: Record<"record" | "old_record", JsonRow | undefined>,
): string {
  const columns = table.columns
    .filter(({ name }) => shows(name))
    .map(({ name, typeName }) => ({ name, type: typeName }));
  const cells = (values: JsonRow | undefined): [string, string][] =>
    [...(values ?? [])].filter(([column]) => shows(column));
  const all = Object.values(rows).flatMap(cells);
  const bytes = all.reduce((sum, [, json]) => sum + Buffer.byteLength(json), 0);
  const isTooLarge = bytes > maxChangeBytes;
  const fits = ([, json]: [string, string]): boolean =>
    !isTooLarge || Buffer.byteLength(json) <= maxShortBytes;
  const members = Object.entries(rows).flatMap(([name, values]) => {
    if (!values) return [];
    const told = cells(values).filter(fits);
    return [
      `,"${name}":{${told.map(([column, json]) => `${JSON.stringify(column)}:${json}`).join(",")}}`,
    ];
  });
  const head = JSON.stringify({
    ...headOf(change),
    commit_timestamp: new Date(change.committedAtMs).toISOString(),
    columns,
    errors: isTooLarge ? ["Error 413: Payload Too Large"] : null,
  });
  return `${head.slice(0, -1)}${members.join("")}}`;
}

/** What a client is told of a change that could not be decided. */
export function failureJson(change: RowChange, error: string): string {
  return JSON.stringify({ ...headOf(change), errors: [error] });
}

function headOf({ relation, type }: RowChange): object {
  return { schema: relation.schema, table: relation.name, type };
}
