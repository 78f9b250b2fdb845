import { part } from "../app/part.ts";

type Cell = string | number | null | undefined;

/** A list as spreadsheets open it: cells that begin like a formula are shielded and stay text (safety X6). */
export async function csvOf(heads: readonly string[], rows: readonly Cell[][]): Promise<string> {
  const { default: Papa } = await part(() => import("papaparse"));
  const text = Papa.unparse({ fields: [...heads], data: [...rows] }, { escapeFormulae: true });
  // Without the mark Excel takes UTF-8 for its old code page.
  return `\uFEFF${text}\r\n`;
}

/** Hands a file to the person at the screen. */
export function download(name: string, content: string | Blob, type = "text/csv"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after this task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** "Residencial del Valle" → "residencial-del-valle": for names of files. */
export function fileName(...parts: string[]): string {
  return parts
    .join(" ")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80);
}
