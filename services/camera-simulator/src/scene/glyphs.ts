import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import opentype, { type Font, type Glyph } from "opentype.js";

/** Text as outlines, so that no font of the system is needed. */
export interface TextOutline {
  /** SVG path, baseline at y = 0, y downwards, starting at x = 0. */
  path: string;
  width: number;
}

const CAPITAL_HEIGHT = 0.7;
const fonts = new Map<number, Font>();

/** Barlow Semi Condensed (SIL Open Font License 1.1), drawn after signs and plates of roads. */
function fontOf(weight: 500 | 600): Font {
  const known = fonts.get(weight);
  if (known) return known;
  const require = createRequire(import.meta.url);
  const file = require.resolve(
    `@fontsource/barlow-semi-condensed/files/barlow-semi-condensed-latin-${weight}-normal.woff`,
  );
  const bytes = readFileSync(file);
  const font = opentype.parse(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
  );
  fonts.set(weight, font);
  return font;
}

/**
 * Outlines of `text` with capitals `height` high. `stretch` widens the letters, `spacing` (a
 * share of the height) is put between them.
 */
export function outlineOf(
  text: string,
  height: number,
  { stretch = 1, spacing = 0, weight = 600 as 500 | 600 } = {},
): TextOutline {
  const font = fontOf(weight);
  const size = height / CAPITAL_HEIGHT;
  const scale = size / font.unitsPerEm;
  let x = 0;
  let path = "";
  for (const char of text) {
    const glyph = font.charToGlyph(char);
    path += pathOf(glyph, size, x, stretch);
    x += glyph.advanceWidth * scale * stretch + spacing * height;
  }
  return { path, width: x - spacing * height };
}

/** Letters of a plate sit in cells of equal width, each as wide as its die. */
export function plateCharacter(char: string, height: number, widthLimit: number): TextOutline {
  const font = fontOf(600);
  const size = height / CAPITAL_HEIGHT;
  const glyph = font.charToGlyph(char);
  const box = glyph.getBoundingBox();
  const scale = size / font.unitsPerEm;
  const natural = (box.x2 - box.x1) * scale;
  // A widened 1 looks like a 7.
  const stretch = Math.min(char === "1" ? 0.9 : 1.25, widthLimit / natural);
  const path = pathOf(glyph, size, -box.x1 * scale * stretch, stretch);
  return { path, width: natural * stretch };
}

/** A glyph's outline as SVG path data, x scaled by `stretch` and moved by `dx`. */
function pathOf(glyph: Glyph, size: number, dx: number, stretch: number): string {
  const x = (value = 0) => (value * stretch + dx).toFixed(3);
  const y = (value = 0) => value.toFixed(3);
  let data = "";
  for (const c of glyph.getPath(0, 0, size).commands) {
    data += c.type;
    if (c.type === "C") data += `${x(c.x1)} ${y(c.y1)} ${x(c.x2)} ${y(c.y2)} `;
    if (c.type === "Q") data += `${x(c.x1)} ${y(c.y1)} `;
    if (c.type !== "Z") data += `${x(c.x)} ${y(c.y)}`;
  }
  return data;
}
