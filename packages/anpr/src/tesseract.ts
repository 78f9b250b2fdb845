import { createRequire } from "node:module";
import path from "node:path";
import { PLATE_ALPHABET } from "@portero/access";
import sharp from "sharp";
import { createWorker, OEM, PSM } from "tesseract.js";
import { AnprError } from "./anpr-error.ts";
import type { SecondReader } from "./second-reader.ts";

const HEIGHT_PX = 64;
const BORDER_PX = 12;

const CROPS = {
  1: [[[0.12, 0.88]]],
  2: [
    [
      [0.1, 0.52],
      [0.48, 0.96],
    ],
  ],
} as const;

/**
 * Tesseract's LSTM through tesseract.js, with the language data of `@tesseract.js-data/eng`, so that
 * nothing is fetched from the network. The caller closes it. @throws {AnprError} `engine_missing`
 */
export async function createTesseract(): Promise<SecondReader> {
  const worker = await createWorker("eng", OEM.LSTM_ONLY, {
    langPath: languageDir(),
    cacheMethod: "none",
    gzip: true,
  });
  await worker.setParameters({
    tessedit_char_whitelist: PLATE_ALPHABET,
    tessedit_pageseg_mode: PSM.SINGLE_LINE,
    user_defined_dpi: "300",
  });
  return {
    marginX: 0,
    crops: CROPS,
    read: async ({ bytes, widthPx, heightPx, channels }) => {
      const raw = { width: widthPx, height: heightPx, channels };
      const png = await sharp(bytes, { raw })
        .greyscale()
        .resize({ height: HEIGHT_PX })
        .normalise()
        .extend({
          top: BORDER_PX,
          bottom: BORDER_PX,
          left: BORDER_PX,
          right: BORDER_PX,
          background: "white",
        })
        .png({ compressionLevel: 1 })
        .toBuffer();
      const { data } = await worker.recognize(png);
      const text = data.text.toUpperCase().replace(/[^A-Z0-9]/g, "");
      return { text, confidence: data.confidence / 100, crops: [] };
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

function languageDir(): string {
  try {
    const entry = createRequire(import.meta.url).resolve("@tesseract.js-data/eng/package.json");
    return path.join(path.dirname(entry), "4.0.0_best_int");
  } catch (cause) {
    const hint = "install the optional dependency @tesseract.js-data/eng";
    throw new AnprError("engine_missing", `tesseract has no language data: ${hint}`, { cause });
  }
}
