import sharp from "sharp";
import type { Frame } from "./frame.ts";
import { outlineOf } from "./glyphs.ts";
import { leastRecent } from "./least-recent.ts";

/** A letter to lay over frames: coverage of the letter and of its dark rim. */
interface Letter {
  widthPx: number;
  heightPx: number;
  /** How far the next letter is. */
  advancePx: number;
  /** Two values per pixel: letter, rim. */
  data: Uint8Array;
}

const letters = leastRecent<Letter>(96);

/** Burns `text` into `frame` as a camera does: white letters with a dark rim. */
export async function burnInText(
  frame: Frame,
  text: string,
  heightPx: number,
  leftPx: number,
  topPx: number,
): Promise<void> {
  let x = leftPx;
  for (const char of text) {
    const letter = await letters.get(`${char} ${heightPx}`, () => drawLetter(char, heightPx));
    burnIn(frame, letter, Math.round(x), Math.round(topPx));
    x += letter.advancePx;
  }
}

async function drawLetter(char: string, heightPx: number): Promise<Letter> {
  const outline = outlineOf(char, heightPx * 0.62, { weight: 500 });
  const rim = heightPx * 0.12;
  const width = Math.ceil(outline.width + rim * 2);
  const place = `transform="translate(${rim} ${heightPx * 0.8})" d="${outline.path}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${heightPx}"><rect width="100%" height="100%" fill="#000"/><path ${place} fill="#0f0" stroke="#0f0" stroke-width="${rim}" stroke-linejoin="round"/><path ${place} fill="#ff0"/></svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const coverage = new Uint8Array(info.width * info.height * 2);
  for (let i = 0; i < info.width * info.height; i++) {
    coverage[i * 2] = data[i * 3] as number;
    coverage[i * 2 + 1] = data[i * 3 + 1] as number;
  }
  const advancePx = outline.width + heightPx * 0.055;
  return { widthPx: info.width, heightPx: info.height, advancePx, data: coverage };
}

function burnIn(frame: Frame, letter: Letter, left: number, top: number): void {
  for (let y = 0; y < letter.heightPx; y++)
    for (let x = 0; x < letter.widthPx; x++) {
      const from = (y * letter.widthPx + x) * 2;
      const rim = (letter.data[from + 1] as number) / 255;
      const column = left + x;
      const row = top + y;
      if (rim === 0 || column < 0 || row < 0) continue;
      if (column >= frame.widthPx || row >= frame.heightPx) continue;
      const white = letter.data[from] as number;
      const at = (row * frame.widthPx + column) * 3;
      for (let k = 0; k < 3; k++) {
        const under = (frame.data[at + k] as number) * (1 - rim * 0.85);
        frame.data[at + k] = under + (white / 255) * (250 - under);
      }
    }
}
