import { addSurface, emptyMesh, type Material, type Mesh, type Point } from "./mesh.ts";
import { noise2 } from "./random.ts";
import { addBlob, addBox, addRod } from "./solids.ts";
import { lookUp } from "./texture.ts";
import { ART, type Artwork } from "./vehicle-artwork.ts";
import type { CarShape, Contour } from "./vehicle-shapes.ts";
import { addWheel } from "./wheel.ts";

const texel = new Float64Array(4);

/** Car paint with everything that is drawn on it. The nose is at z = 0, the rear at +z. */
export function bodyMaterial(artwork: Artwork, paint: Point, lampPower: number): Material {
  return (hit, surface) => {
    const sideways = Math.min(1, Math.max(0, (Math.abs(hit.nx) - 0.86) / 0.1));
    const v = 1 - hit.y / ART.heightM;
    let [r, g, b] = paint;
    const dust = 0.05 * noise2(hit.x * 3, hit.y * 3 + hit.z, 101) * Math.max(0, 1 - hit.y);
    r += dust;
    g += dust * 0.9;
    b += dust * 0.75;
    surface.f0 = 0.05;
    surface.roughness = 0.08;
    if (sideways < 1 && hit.nz < 0.2) {
      const u = (hit.x / ART.halfWidthM + 1) / 2;
      lookUp(artwork.frontColour, u, v, texel);
      const cover = (texel[3] as number) * (1 - sideways);
      // Colours are drawn for the eye (sRGB); squaring is close enough to linear light.
      r += ((texel[0] as number) * (texel[0] as number) - r) * cover;
      g += ((texel[1] as number) * (texel[1] as number) - g) * cover;
      b += ((texel[2] as number) * (texel[2] as number) - b) * cover;
      lookUp(artwork.frontFinish, u, v, texel);
      const gloss = texel[0] as number;
      const metal = texel[1] as number;
      if (cover > 0.5) {
        surface.roughness = gloss > 0.6 ? 0.05 : 0.5;
        surface.f0 = 0.04 + metal * 0.55;
        if (metal > 0.1 && metal < 0.25) surface.f0 = gloss > 0.6 ? 0.085 : 0.04;
      }
      const lamp = (texel[2] as number) * lampPower;
      surface.er = surface.eg = surface.eb = lamp;
    }
    if (sideways > 0) {
      lookUp(artwork.sideColour, hit.z / ART.lengthM, v, texel);
      const cover = (texel[3] as number) * sideways;
      r += ((texel[0] as number) * (texel[0] as number) - r) * cover;
      g += ((texel[1] as number) * (texel[1] as number) - g) * cover;
      b += ((texel[2] as number) * (texel[2] as number) - b) * cover;
    }
    surface.r = r;
    surface.g = g;
    surface.b = b;
  };
}

function spline(a: number, b: number, c: number, d: number, t: number): number {
  // Catmull–Rom, limited so that it never overshoots its neighbours.
  const value = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  return Math.min(Math.max(b, c), Math.max(Math.min(b, c), value));
}

function contourAt(contours: readonly Contour[], v: number): Contour {
  const at = v * (contours.length - 1);
  const i = Math.min(contours.length - 2, Math.floor(at));
  const t = at - i;
  const row = (k: number) => contours[Math.min(contours.length - 1, Math.max(0, k))] as Contour;
  const mix = (key: keyof Contour) =>
    spline(row(i - 1)[key], row(i)[key], row(i + 1)[key], row(i + 2)[key], t);
  return {
    yM: mix("yM"),
    setBackM: mix("setBackM"),
    halfWidthM: mix("halfWidthM"),
    exponent: mix("exponent"),
    roundM: mix("roundM"),
    endM: mix("endM"),
  };
}

/** A point of the shell; `u` runs from the left rear around the nose to the right rear. */
function shellPoint(c: Contour, u: number): Point {
  const turn = u * 2 - 1;
  const side = Math.sign(turn);
  const t = Math.abs(turn);
  const corner = 0.8;
  if (t <= corner) {
    const angle = (t / corner) * (Math.PI / 2);
    const power = 2 / c.exponent;
    return [
      side * c.halfWidthM * Math.sin(angle) ** power,
      c.yM,
      c.setBackM + c.roundM * (1 - Math.cos(angle) ** power),
    ];
  }
  const along = (t - corner) / (1 - corner);
  const from = c.setBackM + c.roundM;
  return [side * c.halfWidthM, c.yM, from + (Math.max(from, c.endM) - from) * along];
}

/** A car standing with its nose at the origin, looking towards −z. */
export function carMesh(shape: CarShape, body: Material, lacquer: Material): Mesh {
  const mesh = emptyMesh();
  const rows = (shape.contours.length - 1) * 4;
  addSurface(mesh, 84, rows, body, (u, v) => shellPoint(contourAt(shape.contours, v), u));
  const dark = black(0.9);
  const w = (shape.contours[2] as Contour).halfWidthM;
  addBox(
    mesh,
    [-w + 0.1, shape.underYM, 0.3],
    [w - 0.1, shape.underYM + 0.06, shape.lengthM - 0.2],
    dark,
  );
  const { wheel, mirror } = shape;
  for (const side of [-1, 1])
    for (const z of [wheel.frontM, wheel.rearM])
      addWheel(mesh, side * wheel.xM, z, wheel.radiusM, wheel.widthM, side);
  for (const side of [-1, 1]) {
    const { xM, yM, backM, widthM, heightM } = mirror;
    addBlob(mesh, [side * xM, yM, backM], [widthM, heightM, 0.075], lacquer, 12, 0.55);
    addRod(
      mesh,
      [
        [side * (xM - widthM * 0.8), yM - heightM * 0.6, backM + 0.03],
        [side * (xM - widthM * 1.7), yM - heightM * 1.1, backM + 0.05],
      ],
      [0.03, 0.035],
      dark,
      8,
    );
  }
  if (shape.roofRails) {
    const top = shape.windows.topYM + 0.075;
    for (const side of [-1, 1])
      addRod(
        mesh,
        [
          [side * 0.6, top - 0.06, 2.2],
          [side * 0.6, top, 2.35],
          [side * 0.6, top + 0.01, 3.9],
        ],
        [0.014, 0.014, 0.014],
        dark,
        8,
      );
  }
  return mesh;
}

function black(roughness: number): Material {
  return (_hit, surface) => {
    surface.r = surface.g = surface.b = 0.012;
    surface.roughness = roughness;
  };
}
