import { invalidRange } from "./error.ts";

/** Rows from `offset` on, at most `limit` of them. */
export interface RowRange {
  offset: number;
  limit: number | undefined;
}

/** The rows that `limit`, `offset` and a `Range` header leave together. @throws {RestError} PGRST103 */
export function topLevelRange(
  limit: number | undefined,
  offset: number | undefined,
  rangeHeader: string | undefined,
): RowRange {
  if (limit !== undefined && limit < 0)
    throw invalidRange("Limit should be greater than or equal to zero.");
  const asked = { offset: Math.max(0, offset ?? 0), limit };
  const header = /^(?:items=)?([0-9]{1,15})-([0-9]{0,15})$/u.exec(rangeHeader ?? "");
  if (!header) return asked;
  const lower = Number(header[1]);
  const upper = header[2] === "" ? Number.POSITIVE_INFINITY : Number(header[2]);
  if (lower > upper) {
    throw invalidRange(
      "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
    );
  }
  const start = Math.max(lower, asked.offset);
  const end = Math.min(upper + 1, limit === undefined ? Infinity : asked.offset + limit);
  if (limit === 0) return { offset: start, limit: 0 };
  return { offset: start, limit: end === Infinity ? undefined : Math.max(0, end - start) };
}

/** `Content-Range`: `0-24/3573`, `0-24/*` when not counted, `*` when there are no rows. */
export function contentRange(offset: number, rows: number, total: number | undefined): string {
  const part = rows > 0 && total !== 0 ? `${offset}-${offset + rows - 1}` : "*";
  return `${part}/${total ?? "*"}`;
}

/** 206 when the total is known and more than what is given, 416 when the offset lies beyond it. */
export function rangeStatus(offset: number, rows: number, total: number | undefined): number {
  if (total === undefined) return 200;
  if (offset > total) return 416;
  return rows < total ? 206 : 200;
}
