import sharp from "sharp";

/** A picture to look up colours in: RGBA, straight alpha. */
export interface Texture {
  widthPx: number;
  heightPx: number;
  data: Uint8Array;
}

/** Draws an SVG. */
export async function textureOf(svg: string): Promise<Texture> {
  const { data, info } = await sharp(Buffer.from(svg))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, data: new Uint8Array(data) };
}

/** The colour (0–1 each) of `texture` at (u, v) in [0, 1], between its pixels, into `texel`. */
export function lookUp(texture: Texture, u: number, v: number, texel: Float64Array): void {
  const { widthPx, heightPx, data } = texture;
  const x = Math.min(widthPx - 1.001, Math.max(0, u * widthPx - 0.5));
  const y = Math.min(heightPx - 1.001, Math.max(0, v * heightPx - 0.5));
  const ix = x | 0;
  const iy = y | 0;
  const fx = x - ix;
  const fy = y - iy;
  const at = (iy * widthPx + ix) * 4;
  const below = at + widthPx * 4;
  for (let c = 0; c < 4; c++) {
    const a = data[at + c] as number;
    const b = data[below + c] as number;
    const top = a + ((data[at + c + 4] as number) - a) * fx;
    const bottom = b + ((data[below + c + 4] as number) - b) * fx;
    texel[c] = (top + (bottom - top) * fy) / 255;
  }
}
