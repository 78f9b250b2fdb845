// `npm run icons -w dashboard`: draws the installable app's icons from public/icon.svg.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

const PUBLIC = join(import.meta.dirname, "../public");
const GROUND = "#12161c";
const svg = await readFile(join(PUBLIC, "icon.svg"));

/** The drawing at this size, over the whole square or on a ground of its own colour that a launcher may cut. */
async function draw(name: string, sizePx: number, share: number): Promise<void> {
  const drawnPx = Math.round(sizePx * share);
  const drawing = await sharp(svg, { density: (72 * drawnPx) / 64 })
    .resize(drawnPx, drawnPx)
    .png()
    .toBuffer();
  const background = share < 1 ? GROUND : "#00000000";
  await sharp({ create: { width: sizePx, height: sizePx, channels: 4, background } })
    .composite([{ input: drawing }])
    .png({ compressionLevel: 9, palette: true })
    .toFile(join(PUBLIC, name));
}

await draw("icon-192.png", 192, 1);
await draw("icon-512.png", 512, 1);
// Launchers cut a maskable icon to a circle of four fifths of its width.
await draw("icon-maskable-512.png", 512, 0.72);
// iOS rounds the corners itself and shows no transparency.
await draw("apple-touch-icon.png", 180, 0.86);
