import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PLATE_ALPHABET } from "@portero/access";
import { AnprError } from "./anpr-error.ts";

/** Where the weights lie that come with this package. */
export const MODELS_DIR = fileURLToPath(new URL("../models", import.meta.url));

/** The weights and the numbers that belong to them. */
export interface Models {
  detector: {
    onnx: Uint8Array;
    /** From this score on, a place is worth a second, nearer look. */
    candidateThreshold: number;
    /** From this mean score of both looks on, a place holds a plate. */
    threshold: number;
    nmsOverlap: number;
  };
  reader: {
    onnx: Uint8Array;
    /** Share of the box's width and height added on each side, one entry a crop. */
    margins: readonly (readonly [x: number, y: number])[];
    /** Mean log-likelihood that a format repair may cost. */
    repairMarginNats: number;
  };
}

interface ModelCard {
  detector: {
    file: string;
    sha256: string;
    stride: number;
    candidate_threshold: number;
    threshold: number;
    nms_iou: number;
  };
  reader: {
    file: string;
    sha256: string;
    alphabet: string;
    margins: [number, number][];
    repair_margin: number;
    input: { shape: unknown[] };
    output: { shape: unknown[] };
  };
}

/**
 * Reads the model card (`models.json`) and the weights it names, and compares their SHA-256.
 * @throws {AnprError} `model_missing`, `model_corrupt`, `model_incompatible`
 */
export async function loadModels(modelsDir: string): Promise<Models> {
  const cardFile = path.join(modelsDir, "models.json");
  const card = parseCard(cardFile, await readModelFile(cardFile));
  const [detector, reader] = await Promise.all([
    loadWeights(modelsDir, card.detector),
    loadWeights(modelsDir, card.reader),
  ]);
  return {
    detector: {
      onnx: detector,
      candidateThreshold: card.detector.candidate_threshold,
      threshold: card.detector.threshold,
      nmsOverlap: card.detector.nms_iou,
    },
    reader: {
      onnx: reader,
      margins: card.reader.margins,
      repairMarginNats: card.reader.repair_margin,
    },
  };
}

function parseCard(file: string, bytes: Uint8Array): ModelCard {
  let card: ModelCard;
  try {
    card = JSON.parse(new TextDecoder().decode(bytes)) as ModelCard;
  } catch (cause) {
    throw new AnprError("model_corrupt", `${file} is not JSON`, { cause });
  }
  const { detector, reader } = card;
  const fits =
    detector?.stride === 8 &&
    reader?.alphabet === PLATE_ALPHABET &&
    reader.input.shape.slice(1).join() === "1,48,160" &&
    reader.output.shape.slice(1).join() === "40,37";
  if (!fits) {
    const expected = "a detector of stride 8 and a reader of 48 x 160 pixels and 40 x 37 classes";
    throw new AnprError("model_incompatible", `${file} does not describe ${expected}`);
  }
  return card;
}

async function loadWeights(
  modelsDir: string,
  { file, sha256 }: { file: string; sha256: string },
): Promise<Uint8Array> {
  const bytes = await readModelFile(path.join(modelsDir, file));
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) {
    const message = `${file} in ${modelsDir} has SHA-256 ${found}, its card says ${sha256}`;
    throw new AnprError("model_corrupt", `${message}; copy the file anew`);
  }
  return bytes;
}

async function readModelFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AnprError("model_missing", `cannot read the model file ${file}`, { cause });
  }
}
