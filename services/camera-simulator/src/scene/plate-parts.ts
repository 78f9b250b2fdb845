import { outlineOf, plateCharacter } from "./glyphs.ts";

/** A plate's drawing in millimetres, and its size. */
export interface PlateDrawing {
  svg: string;
  widthMm: number;
  heightMm: number;
}

/** A line of characters between `left` and `right`, capitals from `top` down to `bottom`. */
export function line(
  text: string,
  left: number,
  right: number,
  top: number,
  bottom: number,
  colour: string,
  narrow = 0.56,
): string {
  const height = bottom - top;
  const characters = [...text];
  // A gap or dash takes a part of a cell.
  const share = (c: string) => (c === " " ? 0.5 : c === "-" || c === "·" ? 0.55 : 1);
  const total = characters.reduce((sum, c) => sum + share(c), 0);
  const cell = Math.min((right - left) / total, height * (narrow + 0.18));
  let x = (left + right - total * cell) / 2;
  let drawn = "";
  for (const c of characters) {
    const width = share(c) * cell;
    const middle = x + width / 2;
    x += width;
    if (c === "-")
      drawn += `<rect x="${middle - cell * 0.15}" y="${(top + bottom) / 2 - height * 0.045}" width="${cell * 0.3}" height="${height * 0.09}" fill="${colour}"/>`;
    else if (c === "·")
      drawn += `<circle cx="${middle}" cy="${(top + bottom) / 2}" r="${height * 0.06}" fill="${colour}"/>`;
    else if (c !== " ") {
      const glyph = plateCharacter(c, height, Math.min(cell * 0.86, height * narrow));
      drawn += `<path transform="translate(${(middle - glyph.width / 2).toFixed(2)} ${bottom})" d="${glyph.path}" fill="${colour}"/>`;
    }
  }
  return drawn;
}

/** Small print, centred at `x`. */
export function print(
  text: string,
  x: number,
  baseline: number,
  height: number,
  colour: string,
): string {
  const outline = outlineOf(text, height, { spacing: 0.08 });
  return `<path transform="translate(${(x - outline.width / 2).toFixed(2)} ${baseline})" d="${outline.path}" fill="${colour}"/>`;
}

/** The plate itself: ground, rim, content. */
export function board(
  width: number,
  height: number,
  fill: string,
  rim: string,
  content: string,
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<defs><clipPath id="board"><rect width="${width}" height="${height}" rx="9"/></clipPath></defs>
<g clip-path="url(#board)"><rect width="${width}" height="${height}" fill="${fill}"/>${content}</g>
<rect x="2.5" y="2.5" width="${width - 5}" height="${height - 5}" rx="7" fill="none" stroke="${rim}" stroke-width="2.6"/></svg>`;
}

/** Two screws at height `y`, `inset` from the sides. */
export function bolts(width: number, y: number, inset: number): string {
  return [inset, width - inset]
    .map(
      (x) =>
        `<circle cx="${x}" cy="${y}" r="4.2" fill="#777c80"/><circle cx="${x - 1}" cy="${y - 1}" r="2" fill="#c7ccd0"/>`,
    )
    .join("");
}
