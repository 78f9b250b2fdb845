import type { Box } from "@portero/access";
import sharp from "sharp";
import type { Answer } from "./recognition-sets.ts";

const COLUMNS = 6;
const TILE_WIDTH_PX = 240;
const PLATE_HEIGHT_PX = 110;
const TILE_HEIGHT_PX = PLATE_HEIGHT_PX + 42;

/** Draws every wrong answer as a tile (plate, true text, read text) into one PNG. */
export async function drawErrorSheet(errors: readonly Answer[], file: string): Promise<void> {
  const rows = Math.max(1, Math.ceil(errors.length / COLUMNS));
  const tiles = await Promise.all(
    errors.map(async (error, i) => ({
      input: await tileOf(error),
      left: (i % COLUMNS) * TILE_WIDTH_PX,
      top: Math.floor(i / COLUMNS) * TILE_HEIGHT_PX,
    })),
  );
  const size = { width: COLUMNS * TILE_WIDTH_PX, height: rows * TILE_HEIGHT_PX };
  await sharp({ create: { ...size, channels: 3, background: "#000" } })
    .composite(tiles)
    .png()
    .toFile(file);
}

async function tileOf({ file, box, text, read, confidence }: Answer): Promise<Buffer> {
  const { width, height } = await sharp(file).metadata();
  const plate = await sharp(file)
    .extract(withMargin(box, width, height))
    .resize(TILE_WIDTH_PX - 4, PLATE_HEIGHT_PX - 4, { fit: "fill" })
    .toColourspace("srgb")
    .png()
    .toBuffer();
  const name = file.slice(file.lastIndexOf("/") + 1);
  const claim = `${read === "" ? "nothing" : read} ${Math.round(100 * confidence)} %`;
  const lines = [`${text}   ${name} ${Math.round(box.widthPx)} px`, claim];
  const colours = ["#fff", "#f90"];
  const words = lines.map(
    (line, i) =>
      `<text x="3" y="${PLATE_HEIGHT_PX + 16 * (i + 1)}" fill="${colours[i]}">${line}</text>`,
  );
  const style = `font-family="monospace" font-size="13"`;
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${TILE_WIDTH_PX}" height="${TILE_HEIGHT_PX}"><g ${style}>${words.join("")}</g></svg>`;
  const size = { width: TILE_WIDTH_PX, height: TILE_HEIGHT_PX };
  return sharp({ create: { ...size, channels: 3, background: "#000" } })
    .composite([
      { input: plate, left: 2, top: 2 },
      { input: Buffer.from(overlay), left: 0, top: 0 },
    ])
    .png()
    .toBuffer();
}

function withMargin({ leftPx, topPx, widthPx, heightPx }: Box, width: number, height: number) {
  const left = Math.max(0, Math.floor(leftPx - 0.06 * widthPx));
  const top = Math.max(0, Math.floor(topPx - 0.1 * heightPx));
  return {
    left,
    top,
    width: Math.min(width - left, Math.ceil(1.12 * widthPx)),
    height: Math.min(height - top, Math.ceil(1.2 * heightPx)),
  };
}
