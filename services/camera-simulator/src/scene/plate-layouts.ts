import { board, bolts, line, type PlateDrawing, print } from "./plate-parts.ts";
import { bareOf, writtenPlate } from "./plate-text.ts";
import { pick, type Random } from "./random.ts";

interface Ink {
  ground: string;
  letters: string;
}

const MERCOSUR: Ink = { ground: "#f2f3f1", letters: "#14161a" };

function mercosur(text: string, country: "br" | "ar"): PlateDrawing {
  const [width, height] = [400, 130];
  const title = country === "br" ? "BRASIL" : "REPÚBLICA ARGENTINA";
  const flag =
    country === "br"
      ? `<rect x="352" y="6" width="34" height="22" rx="2" fill="#1a9a48"/><path d="M369 8.5 L383 17 L369 25.5 L355 17Z" fill="#f3c814"/><circle cx="369" cy="17" r="5.2" fill="#233a8c"/>`
      : `<rect x="352" y="6" width="34" height="22" rx="2" fill="#79b5e4"/><rect x="352" y="13.3" width="34" height="7.4" fill="#fff"/><circle cx="369" cy="17" r="2.6" fill="#e8b52a"/>`;
  const band = `<rect width="${width}" height="33" fill="#1f3f93"/>${print(title, 200, 24, country === "br" ? 15 : 12, "#fff")}${flag}
<path d="M16 20 q8 -9 20 -3" stroke="#8fd0a8" stroke-width="2.4" fill="none"/><path d="M24 8 l1.4 3 3 .3 -2.2 2 .7 3 -2.9 -1.6 -2.9 1.6 .7 -3 -2.2 -2 3 -.3Z" fill="#fff"/>`;
  const corner = country === "br" ? print("BR", 22, 121, 11, MERCOSUR.letters) : "";
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      MERCOSUR.ground,
      "#2a2d33",
      band + corner + line(text, 30, 376, 46, 115, MERCOSUR.letters),
    ),
  };
}

function mexico(text: string, random: Random): PlateDrawing {
  const [width, height] = [300, 150];
  const [state, main, second] = pick(
    [
      ["JALISCO", "#1d4f91", "#e4a51b"],
      ["NUEVO LEÓN", "#0f6b52", "#c8a24a"],
      ["CIUDAD DE MÉXICO", "#b3175b", "#6d1f4b"],
      ["PUEBLA", "#7a1f2b", "#d8a63c"],
      ["QUERÉTARO", "#1e6ba8", "#76b043"],
    ] as const,
    random,
  );
  const content = `<rect width="${width}" height="35" fill="${main}" opacity=".92"/><path d="M0 35 Q75 28 150 35 T300 35 L300 40 Q225 33 150 40 T0 40Z" fill="${second}"/>
${print(state, 150, 27, 15, "#fff")}
<rect y="121" width="${width}" height="29" fill="${main}" opacity=".14"/>${print("MÉXICO · TRANSPORTE PRIVADO AUTOMÓVIL", 150, 138, 7.6, "#2b2f35")}
${bolts(width, 15, 22)}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      "#f4f4f0",
      "#8b8f94",
      content + line(text, 14, 286, 50, 115, "#16181c", 0.5),
    ),
  };
}

function brazilOld(text: string, random: Random): PlateDrawing {
  const [width, height] = [400, 130];
  const city = pick(
    ["SP-SÃO PAULO", "RJ-RIO DE JANEIRO", "MG-BELO HORIZONTE", "PR-CURITIBA"],
    random,
  );
  const content = `<rect x="110" y="9" width="180" height="23" rx="2" fill="#b3b6b9" stroke="#6f7377" stroke-width="1"/>${print(city, 200, 26, 12.5, "#191b1e")}${bolts(width, 20, 60)}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      "#c3c6c8",
      "#5d6165",
      content + line(text, 22, 378, 44, 114, "#15171a"),
    ),
  };
}

function argentinaOld(text: string): PlateDrawing {
  const [width, height] = [294, 129];
  const content = `<rect x="9" y="9" width="${width - 18}" height="${height - 18}" rx="6" fill="none" stroke="#eef0f0" stroke-width="4"/>${print("ARGENTINA", 147, 31, 12, "#eef0f0")}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      "#101215",
      "#2c2f33",
      content + line(text, 18, 276, 42, 108, "#f3f4f2", 0.5),
    ),
  };
}

function chile(text: string): PlateDrawing {
  const [width, height] = [360, 130];
  const crest = `<path d="M172 20 h16 v9 q-8 8 -16 0Z" fill="none"/>`;
  const content = `${crest}${print("CHILE", 180, 121, 11, "#16181c")}${bolts(width, 14, 80)}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      "#f3f3f0",
      "#17191c",
      content + line(text, 16, 344, 26, 100, "#15171a", 0.54),
    ),
  };
}

function colombia(text: string, random: Random): PlateDrawing {
  const [width, height] = [330, 160];
  const city = pick(["BOGOTÁ D.C.", "MEDELLÍN", "CALI", "ENVIGADO"], random);
  const content = `${print(city, 165, 146, 14, "#17181a")}${bolts(width, 17, 70)}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      "#f2bf17",
      "#1b1b18",
      content + line(text, 20, 310, 32, 118, "#161719", 0.5),
    ),
  };
}

function costaRica(text: string): PlateDrawing {
  const [width, height] = [305, 152];
  const content = `<rect width="${width}" height="6" fill="#20408f"/><rect y="6" width="${width}" height="4" fill="#fff"/><rect y="10" width="${width}" height="9" fill="#c8222c"/><rect y="19" width="${width}" height="4" fill="#fff"/><rect y="23" width="${width}" height="6" fill="#20408f"/>
${print("COSTA RICA", 152, 47, 13, "#1c2c66")}${print("CENTROAMÉRICA", 152, 143, 10, "#1c2c66")}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      "#f2f3f1",
      "#20408f",
      content + line(text, 14, 291, 58, 126, "#1a2c6b", 0.5),
    ),
  };
}

function peru(text: string): PlateDrawing {
  const [width, height] = [300, 150];
  const content = `<rect x="10" y="10" width="26" height="9" fill="#c8222c"/><rect x="19" y="10" width="9" height="9" fill="#fff"/>${print("PERÚ", 150, 30, 15, "#191b1e")}${bolts(width, 15, 60)}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      "#f3f3ef",
      "#24272b",
      content + line(text, 14, 286, 46, 122, "#16181c", 0.5),
    ),
  };
}

function europe(text: string): PlateDrawing {
  const [width, height] = [520, 110];
  const stars = Array.from({ length: 12 }, (_, i) => {
    const a = (i / 12) * 2 * Math.PI;
    return `<circle cx="${22 + 12 * Math.sin(a)}" cy="${32 - 12 * Math.cos(a)}" r="2.1" fill="#f5cf2a"/>`;
  }).join("");
  const nation = /^\d/.test(text) ? "E" : "F";
  const content = `<rect width="44" height="${height}" fill="#173f9c"/>${stars}${print(nation, 22, 92, 24, "#fff")}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      "#f5f5f2",
      "#1a1c1f",
      content + line(text, 58, 506, 19, 93, "#15171a", 0.58),
    ),
  };
}

function unitedStates(text: string, random: Random): PlateDrawing {
  const [width, height] = [305, 152];
  const [state, colour] = pick(
    [
      ["TEXAS", "#1d2f66"],
      ["CALIFORNIA", "#b5222c"],
      ["FLORIDA", "#1f7a3a"],
    ] as const,
    random,
  );
  const content = `${print(state, 152, 33, 17, colour)}${bolts(width, 15, 55)}${bolts(width, 138, 55)}`;
  return {
    widthMm: width,
    heightMm: height,
    svg: board(
      width,
      height,
      "#f3f4f1",
      "#9da1a5",
      content + line(text, 14, 291, 48, 122, "#1b2440", 0.5),
    ),
  };
}

/** Draws `plate` as its country makes it; the same random stream gives the same state or city. */
export function drawPlate(country: string, plate: string, random: Random): PlateDrawing {
  const text = writtenPlate(country, plate);
  const bare = bareOf(text);
  switch (country) {
    case "mx":
      return mexico(text, random);
    case "br":
      return /^[A-Z]{3}\d{4}$/.test(bare) ? brazilOld(text, random) : mercosur(bare, "br");
    case "ar":
      return bare.length === 6 ? argentinaOld(text) : mercosur(text, "ar");
    case "cl":
      return chile(text);
    case "co":
      return colombia(text, random);
    case "cr":
      return costaRica(text);
    case "pe":
      return peru(text);
    case "eu":
      return europe(text);
    default:
      return unitedStates(text, random);
  }
}
