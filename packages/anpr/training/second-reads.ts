/**
 * Reads every labelled box of the training photographs with PP-OCR and with the project's reader, for
 * `pseudo_labels.py`.
 *
 *     node second-reads.ts PHOTOGRAPHS.json > reads.json
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Box } from "@portero/access";
import { createEngine, MODELS_DIR } from "../src/index.ts";

interface Photograph {
  file: string;
  source: string;
  split: string;
  boxes: Box[];
}

const [manifest = "", out = "reads.json"] = process.argv.slice(2);
const photographs = JSON.parse(await readFile(manifest, "utf8")) as Photograph[];
const engine = await createEngine({
  modelsDir: MODELS_DIR,
  formats: [],
  secondEngine: "ppocr",
});
const reads = [];
for (const { file, source, split, boxes } of photographs) {
  if (split !== "train") continue;
  const picture = await readFile(path.resolve(path.dirname(manifest), file));
  for (const box of boxes) {
    const own = await engine.readBox(picture, box);
    const second = await engine.askSecond(picture, own ?? { box, lines: 1 }, []);
    const texts = { own: own?.text ?? "", ownConfidence: own?.confidence ?? 0 };
    const theirs = { second: second?.text ?? "", secondConfidence: second?.confidence ?? 0 };
    reads.push({ file, source, box, ...texts, ...theirs });
  }
}
await engine.close();
await writeFile(out, JSON.stringify(reads));
