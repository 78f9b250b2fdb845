import { encode } from "uqr";

/** What a visitor's card says, in the words of its language. */
export interface PassCard {
  /** Opens the pass at the gate: the guard's telephone reads it. */
  link: string;
  tenant: string;
  visitor: string;
  unit: string;
  plate: string | null;
  lines: string[];
}

const WIDTH_PX = 720;
const MARGIN_PX = 56;
const QR_PX = 440;
/** Where the code begins, below the three lines that say whose card it is. */
const QR_TOP_PX = 226;
const INK = "#15181c";
const QUIET = "#5c6570";
const FONT = "'Inter Variable', system-ui, sans-serif";

/** Draws the card as a picture that can be sent: dark on white whatever the theme, as printers and cameras want it. */
export function drawPassCard(canvas: HTMLCanvasElement, card: PassCard): void {
  const { data, size } = encode(card.link, { ecc: "M", border: 2 });
  const modulePx = Math.floor(QR_PX / size);
  canvas.width = WIDTH_PX;
  canvas.height =
    QR_TOP_PX + modulePx * size + 66 + (card.plate ? 72 : 0) + card.lines.length * 40 + 16;
  const paint = canvas.getContext("2d");
  if (!paint) return;
  paint.fillStyle = "#ffffff";
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.textAlign = "center";
  let y = 76;
  const write = (text: string, sizePx: number, weight: number, colour: string, gapPx: number) => {
    paint.font = `${weight} ${sizePx}px ${FONT}`;
    paint.fillStyle = colour;
    paint.fillText(fitted(paint, text), WIDTH_PX / 2, y);
    y += gapPx;
  };
  write(card.tenant, 30, 600, QUIET, 62);
  write(card.visitor, 46, 680, INK, 48);
  write(card.unit, 30, 500, QUIET, 40);

  const leftPx = (WIDTH_PX - modulePx * size) / 2;
  paint.fillStyle = INK;
  data.forEach((row, down) => {
    row.forEach((isDark, across) => {
      if (isDark) {
        paint.fillRect(leftPx + across * modulePx, y + down * modulePx, modulePx, modulePx);
      }
    });
  });
  y += modulePx * size + 66;

  if (card.plate) {
    paint.font = "700 44px 'JetBrains Mono Variable', monospace";
    const widthPx = paint.measureText(card.plate).width + 44;
    paint.lineWidth = 3;
    paint.strokeStyle = INK;
    paint.beginPath();
    paint.roundRect((WIDTH_PX - widthPx) / 2, y - 44, widthPx, 62, 8);
    paint.stroke();
    paint.fillStyle = INK;
    paint.fillText(card.plate, WIDTH_PX / 2, y + 3);
    y += 72;
  }
  for (const line of card.lines) write(line, 27, 500, INK, 40);
}

/** Cut to the card's width. */
function fitted(paint: CanvasRenderingContext2D, text: string): string {
  const widthPx = WIDTH_PX - 2 * MARGIN_PX;
  if (paint.measureText(text).width <= widthPx) return text;
  let short = [...text];
  while (short.length > 1 && paint.measureText(`${short.join("")}…`).width > widthPx) {
    short = short.slice(0, -1);
  }
  return `${short.join("")}…`;
}

/** @throws {Error} where the browser makes no picture of the canvas */
export function pictureOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}
