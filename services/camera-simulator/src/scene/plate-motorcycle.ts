import { board, bolts, line, type PlateDrawing, print } from "./plate-parts.ts";
import { bareOf } from "./plate-text.ts";

interface Look {
  ground: string;
  letters: string;
  title: string;
  /** Colour of a band behind the title. */
  band?: string;
}

const WHITE = { ground: "#f3f4f1", letters: "#15171a" };
const LOOKS: Record<string, Look> = {
  mx: { ...WHITE, title: "MOTOCICLETA", band: "#0f6b52" },
  br: { ...WHITE, title: "BRASIL", band: "#1f3f93" },
  ar: { ...WHITE, title: "REPÚBLICA ARGENTINA", band: "#1f3f93" },
  cl: { ...WHITE, title: "CHILE" },
  co: { ground: "#f2bf17", letters: "#161719", title: "BOGOTÁ D.C." },
  cr: { ...WHITE, title: "COSTA RICA", band: "#20408f" },
  pe: { ...WHITE, title: "PERÚ" },
  eu: { ...WHITE, title: "" },
};
const ELSEWHERE: Look = { ...WHITE, title: "MOTORCYCLE" };

/** Draws `plate` as motorcycles carry it: nearly square, its characters in two lines. */
export function drawMotorcyclePlate(country: string, plate: string): PlateDrawing {
  const [width, height] = [200, 170];
  const { ground, letters, title, band } = LOOKS[country] ?? ELSEWHERE;
  const bare = bareOf(plate);
  const half = Math.floor(bare.length / 2);
  const head = band ? `<rect width="${width}" height="32" fill="${band}"/>` : "";
  const content = `${head}${print(title, width / 2, 23, title.length > 12 ? 9 : 13, band ? "#fff" : letters)}${bolts(width, 17, 16)}
${line(bare.slice(0, half), 12, 188, 42, 96, letters)}${line(bare.slice(half), 12, 188, 106, 160, letters)}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(width, height, ground, "#2a2d33", content),
  };
}
