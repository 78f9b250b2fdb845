import { type Texture, textureOf } from "./texture.ts";
import type { CarShape, Face } from "./vehicle-shapes.ts";

/** What is drawn on a car: colours over the paint, and how they take light. */
export interface Artwork {
  /** Colour (straight alpha) over the paint, seen from the front. */
  frontColour: Texture;
  /** R: gloss, G: metal, B: lamp. */
  frontFinish: Texture;
  sideColour: Texture;
}

/** Extent of the drawings in metres: front x in ±1.05, side 0–5.4 along; both 0–2.05 high. */
export const ART = { halfWidthM: 1.05, heightM: 2.05, lengthM: 5.4 } as const;
/** About as fine as a vehicle at the barrier is seen. */
const FRONT_PX_PER_M = 500;
const FINISH_PX_PER_M = 350;
const SIDE_PX_PER_M = 160;

/** The drawings for one shape. */
export async function artworkOf(shape: CarShape): Promise<Artwork> {
  const [frontColour, frontFinish, sideColour] = await Promise.all([
    textureOf(front(frontShapes(shape.face), FRONT_PX_PER_M)),
    textureOf(front(finishShapes(shape.face), FINISH_PX_PER_M, "#000")),
    textureOf(side(shape)),
  ]);
  return { frontColour, frontFinish, sideColour };
}

function front(content: string, pxPerM: number, background?: string): string {
  const { halfWidthM, heightM } = ART;
  const width = Math.round(halfWidthM * 2 * pxPerM);
  const height = Math.round(heightM * pxPerM);
  const fill = background ? `<rect x="-2" y="0" width="4" height="3" fill="${background}"/>` : "";
  // y grows upwards in the drawing, as in the world.
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${-halfWidthM} 0 ${halfWidthM * 2} ${heightM}">
<defs>
<filter id="soft" x="-30%" y="-30%" width="160%" height="160%"><feGaussianBlur stdDeviation="0.012"/></filter>
<filter id="softer" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="0.03"/></filter>
<radialGradient id="eye" cx=".4" cy=".64"><stop offset="0" stop-color="#eef4f8"/><stop offset=".16" stop-color="#8fa0ad"/><stop offset=".5" stop-color="#2a333b"/><stop offset=".74" stop-color="#161b20"/><stop offset=".8" stop-color="#c9d2d8"/><stop offset=".93" stop-color="#8c969d"/><stop offset="1" stop-color="#1c2125"/></radialGradient>
<linearGradient id="chrome" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#6a7075"/><stop offset=".45" stop-color="#e9edf0"/><stop offset=".55" stop-color="#8d9499"/><stop offset="1" stop-color="#d8dde0"/></linearGradient>
<linearGradient id="lampBody" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#9aa4aa"/><stop offset=".5" stop-color="#4a5157"/><stop offset="1" stop-color="#c3cbd0"/></linearGradient>
<linearGradient id="cabin" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#1d2226"/><stop offset=".25" stop-color="#0e1114"/><stop offset="1" stop-color="#050607"/></linearGradient>
</defs>
<g transform="translate(0 ${heightM}) scale(1 -1)">${fill}${content}</g></svg>`;
}

/** `draw` on both sides of the middle. */
function both(draw: string): string {
  return `<g>${draw}</g><g transform="scale(-1 1)">${draw}</g>`;
}

function lampPath({ lamp }: Face): string {
  const { innerXM: a, outerXM: b, topYM: t, bottomYM: u } = lamp;
  const h = t - u;
  return `M${a} ${t - 0.25 * h} C${a + 0.12} ${t - 0.12 * h} ${b - 0.15} ${t} ${b} ${t + 0.06 * h} C${b + 0.03} ${t - 0.4 * h} ${b + 0.01} ${u + 0.4 * h} ${b - 0.03} ${u + 0.28 * h} C${b - 0.12} ${u + 0.05 * h} ${a + 0.18} ${u} ${a + 0.02} ${u + 0.12 * h} C${a - 0.02} ${u + 0.4 * h} ${a - 0.01} ${t - 0.5 * h} ${a} ${t - 0.25 * h}Z`;
}

function grillePath({ grille }: Face): string {
  const { halfWidthM: w, topYM: t, bottomYM: b } = grille;
  const v = w * 0.82;
  return `M${-w} ${t - 0.015} Q0 ${t + 0.02} ${w} ${t - 0.015} L${v + 0.03} ${b + 0.03} Q${v} ${b} ${v - 0.04} ${b} L${-v + 0.04} ${b} Q${-v} ${b} ${-v - 0.03} ${b + 0.03}Z`;
}

function glassPath({ glass }: Face, inset = 0): string {
  const { bottomYM: b, topYM: t, bottomHalfM: p, topHalfM: q } = glass;
  const i = inset;
  return `M${-p + i} ${b + 0.03 + i} Q0 ${b - 0.02 + i} ${p - i} ${b + 0.03 + i} L${q + 0.01 - i} ${t - 0.05 - i} Q${q - i} ${t - i} ${q - 0.06 - i} ${t - i} Q0 ${t + 0.03 - i} ${-q + 0.06 + i} ${t - i} Q${-q + i} ${t - i} ${-q - 0.01 + i} ${t - 0.05 - i}Z`;
}

function intakePath({ intake }: Face): string {
  const { halfWidthM: w, topYM: t, bottomYM: b } = intake;
  return `M${-w + 0.1} ${t} L${w - 0.1} ${t} Q${w - 0.02} ${t} ${w} ${(t + b) / 2} L${w + 0.02} ${b + 0.02} Q${w} ${b} ${w - 0.05} ${b} L${-w + 0.05} ${b} Q${-w} ${b} ${-w - 0.02} ${b + 0.02} L${-w} ${(t + b) / 2} Q${-w + 0.02} ${t} ${-w + 0.1} ${t}Z`;
}

function bars(face: Face): string {
  const { grille } = face;
  const w = grille.halfWidthM;
  const height = grille.topYM - grille.bottomYM;
  let drawn = "";
  if (grille.bars === "mesh") {
    for (let y = grille.bottomYM + 0.025; y < grille.topYM - 0.01; y += 0.032)
      for (let x = -w + 0.05; x < w - 0.03; x += 0.046) {
        const shift = Math.round((y - grille.bottomYM) / 0.032) % 2 ? 0.023 : 0;
        drawn += `<rect x="${x + shift - 0.015}" y="${y - 0.006}" width=".032" height=".011" rx=".005" fill="#5c646a"/>`;
      }
    return drawn;
  }
  const count = grille.bars === "chrome" ? 5 : 3;
  for (let i = 1; i <= count; i++) {
    const y = grille.bottomYM + (height * i) / (count + 1);
    const half = w * (0.82 + (0.18 * i) / (count + 1)) - 0.02;
    const thick = grille.bars === "chrome" ? 0.009 : 0.03;
    drawn += `<rect x="${-half}" y="${y - thick / 2}" width="${half * 2}" height="${thick}" rx="${thick / 2}" fill="${grille.bars === "chrome" ? "url(#chrome)" : "#3a4045"}"/>`;
    drawn += `<rect x="${-half}" y="${y - thick / 2 - 0.006}" width="${half * 2}" height=".006" fill="#000" opacity=".7"/>`;
  }
  return drawn;
}

function cabin(face: Face): string {
  const { glass } = face;
  const b = glass.bottomYM;
  const h = glass.topYM - b;
  const y = (share: number) => b + h * share;
  const seat = (x: number) =>
    `<rect x="${x - 0.13}" y="${y(0.1)}" width=".26" height="${h * 0.42}" rx=".07" fill="#1b1f23"/><rect x="${x - 0.07}" y="${y(0.5)}" width=".14" height="${h * 0.2}" rx=".04" fill="#22272b"/>`;
  return `<path d="${glassPath(face)}" fill="#030404"/>
<path d="${glassPath(face, 0.022)}" fill="url(#cabin)"/>
<g opacity=".9">${seat(0.3)}${seat(-0.3)}</g>
${driver(y, h)}
<path d="M-.75 ${b - 0.02} L.75 ${b - 0.02} L.66 ${y(0.12)} Q0 ${y(0.19)} -.66 ${y(0.12)}Z" fill="#15181a"/>
<rect x="-.1" y="${y(0.8)}" width=".2" height="${h * 0.12}" rx=".02" fill="#0a0b0c"/>
<rect x="-.085" y="${y(0.825)}" width=".17" height="${h * 0.075}" rx=".012" fill="#39434b"/>
<rect x="-.5" y="${y(0.13)}" width=".075" height="${h * 0.13}" fill="#cfd8d2" opacity=".55"/>
<rect x=".40" y="${y(0.84)}" width=".06" height="${h * 0.1}" fill="#7fa98a" opacity=".5"/>
<path d="M-.62 ${b + 0.012} L-.08 ${b + 0.045} M.04 ${b + 0.012} L.56 ${b + 0.05}" stroke="#050505" stroke-width=".012" fill="none"/>`;
}

/** The driver behind the wheel, `y` by shares of the windscreen's height `h`. */
function driver(y: (share: number) => number, h: number): string {
  const r = h * 0.15;
  const head = y(0.66);
  return `<path d="M.02 ${y(0.04)} C.05 ${y(0.36)} .12 ${y(0.44)} .24 ${y(0.48)} L.36 ${y(0.48)} C.48 ${y(0.44)} .55 ${y(0.36)} .58 ${y(0.04)}Z" fill="#34465a"/>
<path d="M.262 ${y(0.44)} L.265 ${y(0.58)} L.335 ${y(0.58)} L.338 ${y(0.44)} Q.3 ${y(0.4)} .262 ${y(0.44)}Z" fill="#5d4233"/>
<ellipse cx=".3" cy="${head}" rx="${r * 0.76}" ry="${r}" fill="#7a5643"/>
<path d="M${0.3 - r * 0.8} ${head + r * 0.1} C${0.3 - r * 0.95} ${head + r * 1.35} ${0.3 + r * 0.95} ${head + r * 1.35} ${0.3 + r * 0.8} ${head + r * 0.1} C${0.3 + r * 0.7} ${head + r * 0.62} ${0.3 - r * 0.6} ${head + r * 0.66} ${0.3 - r * 0.8} ${head + r * 0.1}Z" fill="#17110d"/>
<rect x="${0.3 - r * 0.62}" y="${head - r * 0.02}" width="${r * 0.52}" height="${r * 0.26}" rx="${r * 0.1}" fill="#0c0d0f"/>
<rect x="${0.3 + r * 0.1}" y="${head - r * 0.02}" width="${r * 0.52}" height="${r * 0.26}" rx="${r * 0.1}" fill="#0c0d0f"/>
<path d="M${0.3 - r * 0.2} ${head - r * 0.55} q${r * 0.2} ${-r * 0.1} ${r * 0.42} 0" stroke="#4c3226" stroke-width="${r * 0.08}" fill="none"/>
<ellipse cx=".29" cy="${y(0.16)}" rx=".175" ry="${h * 0.2}" fill="none" stroke="#08090a" stroke-width=".026"/>
<ellipse cx=".14" cy="${y(0.27)}" rx=".03" ry=".026" fill="#6d4c3b"/><ellipse cx=".44" cy="${y(0.27)}" rx=".03" ry=".026" fill="#6d4c3b"/>`;
}

function frontShapes(face: Face): string {
  const { lamp, hoodYM: hood, cowlYM: cowl, plateYM: plate, intake, grille } = face;
  const lampY = (lamp.topYM + lamp.bottomYM) / 2;
  const lampHeight = lamp.topYM - lamp.bottomYM;
  const span = lamp.outerXM - lamp.innerXM;
  const eye = Math.min(0.052, lampHeight * 0.34);
  const line = `stroke="#050505" stroke-opacity=".75" stroke-width=".007" fill="none"`;
  const cladding = face.cladding
    ? `<path d="M-1.1 0 L1.1 0 L1.1 ${intake.bottomYM + 0.03} Q.8 ${intake.bottomYM + 0.02} ${intake.halfWidthM + 0.05} ${intake.bottomYM} L${-intake.halfWidthM - 0.05} ${intake.bottomYM} Q-.8 ${intake.bottomYM + 0.02} -1.1 ${intake.bottomYM + 0.03}Z" fill="#1b1c1e"/>
<rect x="-.3" y="${intake.bottomYM - 0.06}" width=".6" height=".035" rx=".015" fill="#9aa0a4"/>`
    : `<rect x="-1.1" y="0" width="2.2" height=".185" fill="#101112"/>`;
  return `${cladding}
<path d="${glassPath(face, -0.02)}" fill="#000" opacity=".55" filter="url(#soft)"/>
${cabin(face)}
<path d="M${-face.glass.bottomHalfM - 0.03} ${cowl} Q0 ${cowl - 0.03} ${face.glass.bottomHalfM + 0.03} ${cowl} L${face.glass.bottomHalfM} ${cowl + 0.022} Q0 ${cowl - 0.005} ${-face.glass.bottomHalfM} ${cowl + 0.022}Z" fill="#0c0d0e"/>
${both(`<path d="M${lamp.outerXM - 0.045} ${lamp.bottomYM + lampHeight * 0.1} C${lamp.outerXM - 0.03} ${plate + 0.04} ${lamp.outerXM - 0.02} ${intake.topYM + 0.12} ${lamp.outerXM + 0.02} ${intake.topYM + 0.05}" ${line}/>
<path d="M${lamp.innerXM - 0.02} ${lamp.bottomYM + 0.01} C${lamp.innerXM + 0.02} ${plate + 0.02} ${intake.halfWidthM - 0.04} ${intake.topYM + 0.12} ${intake.halfWidthM + 0.12} ${intake.topYM + 0.04}" stroke="#000" stroke-opacity=".3" stroke-width=".02" fill="none" filter="url(#soft)"/>
<path d="M${lamp.innerXM} ${lamp.bottomYM + 0.01} C${lamp.innerXM + 0.045} ${plate + 0.02} ${intake.halfWidthM - 0.015} ${intake.topYM + 0.13} ${intake.halfWidthM + 0.15} ${intake.topYM + 0.05}" stroke="#fff" stroke-opacity=".11" stroke-width=".014" fill="none" filter="url(#soft)"/>
<path d="M${face.glass.bottomHalfM - 0.02} ${cowl - 0.005} C${face.glass.bottomHalfM - 0.02} ${cowl - 0.06} ${lamp.innerXM + 0.16} ${hood + 0.05} ${lamp.innerXM + 0.06} ${hood - 0.005}" ${line}/>
<path d="M.34 ${cowl - 0.02} C.33 ${cowl - 0.07} .3 ${hood + 0.06} .26 ${hood + 0.012}" stroke="#000" stroke-opacity=".25" stroke-width=".012" fill="none" filter="url(#soft)"/>
<path d="M.365 ${cowl - 0.02} C.355 ${cowl - 0.07} .325 ${hood + 0.06} .285 ${hood + 0.012}" stroke="#fff" stroke-opacity=".14" stroke-width=".01" fill="none" filter="url(#soft)"/>`)}
<path d="M${-lamp.innerXM - 0.08} ${hood - 0.012} Q0 ${hood + 0.02} ${lamp.innerXM + 0.08} ${hood - 0.012}" ${line}/>
<path d="${grillePath(face)}" fill="#000" opacity=".45" filter="url(#soft)" transform="translate(0 -.006)"/>
<clipPath id="grille"><path d="${grillePath(face)}"/></clipPath>
<path d="${grillePath(face)}" fill="#090a0b"/><g clip-path="url(#grille)">${bars(face)}</g>
<path d="${grillePath(face)}" fill="none" stroke="url(#chrome)" stroke-width="${grille.bars === "mesh" ? 0.01 : 0.016}"/>
<ellipse cx="0" cy="${grille.topYM - 0.065}" rx=".062" ry=".045" fill="#14171a" stroke="url(#chrome)" stroke-width=".012"/>
<path d="M-.035 ${grille.topYM - 0.08} L0 ${grille.topYM - 0.035} L.035 ${grille.topYM - 0.08}" stroke="url(#chrome)" stroke-width=".011" fill="none"/>
${both(`<path d="${lampPath(face)}" fill="#000" opacity=".5" filter="url(#soft)"/>
<path d="${lampPath(face)}" fill="#15181b"/>
<path d="${lampPath(face)}" fill="url(#lampBody)" opacity=".32"/>
<path d="M${lamp.innerXM + 0.02} ${lampY + lampHeight * 0.2} L${lamp.outerXM - 0.05} ${lampY + lampHeight * 0.36} L${lamp.outerXM - 0.06} ${lampY + lampHeight * 0.26} L${lamp.innerXM + 0.03} ${lampY + lampHeight * 0.12}Z" fill="#dfe6ea" opacity=".5"/>
<rect x="${lamp.innerXM + span * 0.36 - eye * 1.35}" y="${lampY - lampHeight * 0.02 - eye * 1.12}" width="${eye * 2.7}" height="${eye * 2.24}" rx="${eye * 0.5}" fill="#0e1114"/>
<rect x="${lamp.innerXM + span * 0.68 - eye * 1.25}" y="${lampY + lampHeight * 0.06 - eye * 1.05}" width="${eye * 2.5}" height="${eye * 2.1}" rx="${eye * 0.5}" fill="#0e1114"/>
<circle cx="${lamp.innerXM + span * 0.36}" cy="${lampY - lampHeight * 0.02}" r="${eye}" fill="url(#eye)"/>
<circle cx="${lamp.innerXM + span * 0.68}" cy="${lampY + lampHeight * 0.06}" r="${eye * 0.92}" fill="url(#eye)"/>
<path d="M${lamp.innerXM + 0.015} ${lamp.bottomYM + lampHeight * 0.28} C${lamp.innerXM + 0.15} ${lamp.bottomYM + lampHeight * 0.13} ${lamp.outerXM - 0.14} ${lamp.bottomYM + lampHeight * 0.16} ${lamp.outerXM - 0.035} ${lamp.bottomYM + lampHeight * 0.42}" stroke="#e9eff3" stroke-width=".011" fill="none" stroke-linecap="round"/>
<path d="M${lamp.outerXM - 0.06} ${lampY} q.035 .02 .045 ${lampHeight * 0.4}" stroke="#d9822b" stroke-width=".022" fill="none" opacity=".8"/>
<path d="${lampPath(face)}" fill="none" stroke="#000" stroke-width=".008" opacity=".7"/>`)}
<path d="${intakePath(face)}" fill="#000" opacity=".4" filter="url(#soft)"/>
<path d="${intakePath(face)}" fill="#0b0c0d"/>
${Array.from({ length: 3 }, (_, i) => `<rect x="${-intake.halfWidthM + 0.04}" y="${intake.bottomYM + ((i + 1) * (intake.topYM - intake.bottomYM)) / 4 - 0.005}" width="${intake.halfWidthM * 2 - 0.08}" height=".009" fill="#2a2e31"/>`).join("")}
${both(`<path d="M${intake.halfWidthM + 0.06} ${intake.bottomYM + 0.02} L.86 ${intake.bottomYM + 0.05} L.84 ${intake.topYM + 0.03} L${intake.halfWidthM + 0.1} ${intake.topYM}Z" fill="#121315"/>
<circle cx=".75" cy="${(intake.topYM + intake.bottomYM) / 2 + 0.02}" r=".038" fill="url(#eye)"/>
<circle cx=".5" cy="${plate - 0.03}" r=".011" fill="#000" opacity=".55"/>`)}
<path d="M-.95 ${intake.topYM + 0.035} Q-.6 ${intake.topYM + 0.06} -.3 ${intake.topYM + 0.025} L.3 ${intake.topYM + 0.025} Q.6 ${intake.topYM + 0.06} .95 ${intake.topYM + 0.035}" stroke="#000" stroke-opacity=".35" stroke-width=".014" fill="none" filter="url(#soft)"/>
<path d="M-.95 ${intake.topYM + 0.055} Q-.6 ${intake.topYM + 0.08} -.3 ${intake.topYM + 0.045} L.3 ${intake.topYM + 0.045} Q.6 ${intake.topYM + 0.08} .95 ${intake.topYM + 0.055}" stroke="#fff" stroke-opacity=".2" stroke-width=".01" fill="none" filter="url(#soft)"/>
<rect x="-.29" y="${plate - 0.095}" width=".58" height=".19" rx=".02" fill="#000" opacity=".4" filter="url(#softer)"/>`;
}

/** The same shapes again, by how they take light. */
function finishShapes(face: Face): string {
  const { lamp, grille } = face;
  const lampY = (lamp.topYM + lamp.bottomYM) / 2;
  const lampHeight = lamp.topYM - lamp.bottomYM;
  const span = lamp.outerXM - lamp.innerXM;
  const eye = Math.min(0.052, lampHeight * 0.34);
  return `<path d="${glassPath(face, -0.005)}" fill="#ff2800"/>
<path d="${grillePath(face)}" fill="#300"/>
<path d="${grillePath(face)}" fill="none" stroke="#d0a000" stroke-width=".016"/>
<ellipse cx="0" cy="${grille.topYM - 0.065}" rx=".068" ry=".05" fill="#d0a000"/>
<path d="${intakePath(face)}" fill="#200"/>
${both(`<path d="${lampPath(face)}" fill="#ff3000"/>
<circle cx="${lamp.innerXM + span * 0.36}" cy="${lampY - lampHeight * 0.02}" r="${eye}" fill="#ff30ff"/>
<circle cx="${lamp.innerXM + span * 0.68}" cy="${lampY + lampHeight * 0.06}" r="${eye * 0.92}" fill="#ff3080"/>
<path d="M${lamp.innerXM + 0.015} ${lamp.bottomYM + lampHeight * 0.28} C${lamp.innerXM + 0.15} ${lamp.bottomYM + lampHeight * 0.13} ${lamp.outerXM - 0.14} ${lamp.bottomYM + lampHeight * 0.16} ${lamp.outerXM - 0.035} ${lamp.bottomYM + lampHeight * 0.42}" stroke="#ff3060" stroke-width=".011" fill="none"/>`)}`;
}

function side(shape: CarShape): string {
  const width = Math.round(ART.lengthM * SIDE_PX_PER_M);
  const height = Math.round(ART.heightM * SIDE_PX_PER_M);
  const { wheel, windows, lengthM, underYM } = shape;
  const { fromM: a, toM: b, sillYM: s, topYM: t } = windows;
  const middle = (a + b) / 2 + 0.05;
  const arch = (at: number) =>
    `<circle cx="${at}" cy="${wheel.radiusM}" r="${wheel.radiusM + 0.06}" fill="#050505"/>`;
  const line = `stroke="#050505" stroke-opacity=".8" stroke-width=".012" fill="none"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${ART.lengthM} ${ART.heightM}"><g transform="translate(0 ${ART.heightM}) scale(1 -1)">
<rect x="${wheel.frontM}" y="0" width="${wheel.rearM - wheel.frontM}" height="${underYM + 0.1}" fill="#141516"/>
${arch(wheel.frontM)}${arch(wheel.rearM)}
<path d="M${a - 0.42} ${s} L${b} ${s} L${b - 0.25} ${t} L${a + 0.1} ${t}Z" fill="#0b0e11"/>
<rect x="${middle - 0.04}" y="${s}" width=".08" height="${t - s}" fill="#020202"/>
<path d="M${a - 0.35} ${s} L${a - 0.38} ${underYM + 0.12} M${middle} ${s} L${middle} ${underYM + 0.1} M${b - 0.1} ${s} Q${b} ${s - 0.3} ${wheel.rearM - 0.35} ${underYM + 0.3}" ${line}/>
<rect x="${middle - 0.3}" y="${s - 0.12}" width=".2" height=".03" rx=".014" fill="#ccd" opacity=".6"/>
<rect x="0" y="${underYM + 0.28}" width="${lengthM}" height=".02" fill="#000" opacity=".2"/>
</g></svg>`;
}
