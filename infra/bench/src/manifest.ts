import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Box } from "@portero/access";

/** A photograph with its true plates. */
export interface LabelledFrame {
  /** Absolute path. */
  file: string;
  set: string;
  widthPx: number;
  heightPx: number;
  plates: { text: string; box: Box }[];
}

/** A picture of one plate and nothing else, with its true text. */
export interface LabelledCrop {
  file: string;
  set: string;
  text: string;
}

/** Reads a manifest of photographs; files are relative to it. */
export async function loadFrames(manifestFile: string): Promise<LabelledFrame[]> {
  return loadManifest<LabelledFrame>(manifestFile, "plates");
}

/** Reads a manifest of plate crops; files are relative to it. */
export async function loadCrops(manifestFile: string): Promise<LabelledCrop[]> {
  return loadManifest<LabelledCrop>(manifestFile, "text");
}

async function loadManifest<Entry extends { file: string; set: string }>(
  manifestFile: string,
  requiredField: keyof Entry & string,
): Promise<Entry[]> {
  const entries: unknown = JSON.parse(await readFile(manifestFile, "utf8"));
  const isManifest =
    Array.isArray(entries) && entries.every((entry) => entry?.file && requiredField in entry);
  if (!isManifest || entries.length === 0) {
    const form = `[{ "file", "set", "${requiredField}" }, …]`;
    throw new Error(`${manifestFile} is not a manifest of the form ${form}`);
  }
  const folder = path.dirname(path.resolve(manifestFile));
  return (entries as Entry[]).map((entry) => ({
    ...entry,
    set: entry.set ?? "all",
    file: path.resolve(folder, entry.file),
  }));
}

/** The entries of each set, in the order of the manifest. */
export function bySet<Entry extends { set: string }>(
  entries: readonly Entry[],
): Map<string, Entry[]> {
  return Map.groupBy(entries, ({ set }) => set);
}
