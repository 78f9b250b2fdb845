import sharp from "sharp";
import { drawPlate } from "./plate-layouts.ts";
import { drawMotorcyclePlate } from "./plate-motorcycle.ts";
import { hashOf, noise2, randomFrom } from "./random.ts";
import type { VehicleKind } from "./state.ts";
import type { Texture } from "./texture.ts";

/** A plate as pixels, with its true size and how it hangs on the vehicle. */
export interface PlateImage {
  texture: Texture;
  widthM: number;
  heightM: number;
  /** Turn in its own plane, radians: no plate is screwed on quite straight. */
  tilt: number;
}

/** A dark frame holds the plate: on light paint its edge would hardly show. */
const HOLDER_MM = 7;
/** Some twice as fine as a plate at the barrier is seen. */
const PX_PER_MM = 1.2;

/**
 * Draws `plate` of `country` with its dirt, as a vehicle of that kind carries it. Plates of the
 * American size are drawn a little large, as wide as they look on a narrow bonnet.
 */
export async function plateImage(
  country: string,
  plate: string,
  kind: VehicleKind,
): Promise<PlateImage> {
  const random = randomFrom(hashOf(`${country} ${plate}`));
  const drawing =
    kind === "motorcycle" ? drawMotorcyclePlate(country, plate) : drawPlate(country, plate, random);
  const outerWidthMm = drawing.widthMm + 2 * HOLDER_MM;
  const outerHeightMm = drawing.heightMm + 2 * HOLDER_MM;
  const widthPx = Math.round(outerWidthMm * PX_PER_MM);
  const heightPx = Math.round(outerHeightMm * PX_PER_MM);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="${-HOLDER_MM} ${-HOLDER_MM} ${outerWidthMm} ${outerHeightMm}"><rect x="${-HOLDER_MM}" y="${-HOLDER_MM}" width="${outerWidthMm}" height="${outerHeightMm}" rx="12" fill="#15171a"/>${drawing.svg}</svg>`;
  const { data } = await sharp(Buffer.from(svg))
    .resize(widthPx, heightPx, { fit: "fill" })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8Array(data);
  soil(pixels, widthPx, heightPx, random() * 100, 0.1 + 0.25 * random());
  const scale = drawing.widthMm < 340 ? 1.22 : drawing.widthMm < 450 ? 1.04 : 1;
  return {
    texture: { widthPx, heightPx, data: pixels },
    widthM: (outerWidthMm / 1000) * scale,
    heightM: (outerHeightMm / 1000) * scale,
    tilt: (random() - 0.5) * 0.035,
  };
}

/** Dust in patches, more towards the lower edge, and the relief of the pressed characters. */
function soil(
  pixels: Uint8Array,
  widthPx: number,
  heightPx: number,
  layer: number,
  strength: number,
): void {
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const at = (y * widthPx + x) * 4;
      const patch = noise2(x / 70, y / 45, layer) * 0.6 + noise2(x / 14, y / 14, layer) * 0.4;
      const low = y / heightPx;
      const share = Math.min(0.4, strength * patch * (0.3 + low * low));
      pixels[at] = (pixels[at] as number) * (1 - share) + 116 * share;
      pixels[at + 1] = (pixels[at + 1] as number) * (1 - share) + 100 * share;
      pixels[at + 2] = (pixels[at + 2] as number) * (1 - share) + 80 * share;
    }
}
