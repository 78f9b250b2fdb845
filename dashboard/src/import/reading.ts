import { guessColumns, type ImportColumn, type ImportRow } from "@portero/access";
import Papa from "papaparse";

/** More than any condominium has; what is longer is no register. */
export const MAX_LINES = 50_000;
export const MAX_BYTES = 20 * 1024 * 1024;

/** Why a list cannot be read or compared at all. */
export type ReadingFault = "empty" | "workbook" | "too_many" | "not_text" | "unreachable";

/** A list as it was given, cell by cell, and what its columns seem to hold. */
export interface ReadList {
  cells: string[][];
  hasHead: boolean;
  columns: (ImportColumn | null)[];
}

/**
 * The text of a file as spreadsheets save it: UTF-8, UTF-16 with its mark, or the Windows code page of the Americas,
 * which is what Excel's plain "CSV" still means.
 */
export function textOf(bytes: Uint8Array): string | ReadingFault {
  const [first, second] = bytes;
  // "PK", and the mark of the older format: Excel's own files.
  if ((first === 0x50 && second === 0x4b) || (first === 0xd0 && second === 0xcf)) return "workbook";
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.subarray(0, 4096).includes(0)) return "not_text";
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Whichever the first line has most of; the library's own guess goes by averages, which short lists mislead. */
function delimiterOf(text: string): string {
  const [firstLine = ""] = text.trimStart().split(/[\r\n]/, 1);
  const found = ["\t", ";", ",", "|"].map((delimiter) => ({
    delimiter,
    times: firstLine.split(delimiter).length - 1,
  }));
  const most = found.reduce((a, b) => (b.times > a.times ? b : a));
  return most.times > 0 ? most.delimiter : ",";
}

/** Lines and cells of a list with commas, semicolons or tabs, whichever it has. */
export function readList(text: string): ReadList | ReadingFault {
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), {
    delimiter: delimiterOf(text),
    preview: MAX_LINES + 2,
  });
  // The break after the last line is no line.
  while (data.length > 0 && data.at(-1)?.every((cell) => cell.trim() === "")) data.pop();
  if (data.length > MAX_LINES + 1) return "too_many";
  const head = data.find((cells) => cells.some((cell) => cell.trim() !== ""));
  if (!head) return "empty";
  const { hasHead, columns } = guessColumns(head);
  const widest = data.reduce((width, cells) => Math.max(width, cells.length), 0);
  return {
    cells: data,
    hasHead,
    columns: Array.from({ length: widest }, (_, at) => columns[at] ?? null),
  };
}

/** The list's lines under the chosen columns. The head keeps its place as an empty line: lines are counted as given. */
export function rowsOf({ cells, hasHead }: ReadList, columns: ReadList["columns"]): ImportRow[] {
  let isHeadPast = !hasHead;
  return cells.map((line) => {
    if (!isHeadPast) {
      isHeadPast = line.some((cell) => cell.trim() !== "");
      return {};
    }
    const row: ImportRow = {};
    columns.forEach((column, at) => {
      const cell = line[at];
      if (column && cell) row[column] = cell;
    });
    return row;
  });
}
