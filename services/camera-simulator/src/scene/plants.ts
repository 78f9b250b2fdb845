import { bark, leaf } from "./materials.ts";
import { addMesh, emptyMesh, type Material, type Mesh, type Point } from "./mesh.ts";
import type { Random } from "./random.ts";
import { addRod } from "./solids.ts";

const WOOD = bark("#6d5a48");
const PALM_BARK = bark("#9c8468");
const greens = new Map<string, Material>();

/** The same material for the same colour: a mesh has room for only so many. */
function leafOf(hex: string): Material {
  const known = greens.get(hex) ?? leaf(hex);
  greens.set(hex, known);
  return known;
}

/** One leaf: a thin triangle pair with a fold, in its own group so that it keeps its edge. */
function addLeaf(
  mesh: Mesh,
  at: Point,
  towards: Point,
  side: Point,
  lengthM: number,
  widthM: number,
  material: Material,
): void {
  let index = mesh.materials.indexOf(material);
  if (index < 0) index = mesh.materials.push(material) - 1;
  const first = mesh.positions.length / 3;
  const nx = towards[1] * side[2] - towards[2] * side[1];
  const ny = towards[2] * side[0] - towards[0] * side[2];
  const nz = towards[0] * side[1] - towards[1] * side[0];
  const length = Math.hypot(nx, ny, nz) || 1;
  const corner = (t: number, s: number) => {
    mesh.positions.push(
      at[0] + towards[0] * t * lengthM + side[0] * s * widthM,
      at[1] + towards[1] * t * lengthM + side[1] * s * widthM,
      at[2] + towards[2] * t * lengthM + side[2] * s * widthM,
    );
    mesh.normals.push(nx / length, ny / length, nz / length);
    mesh.uvs.push(t, s);
  };
  corner(0, 0);
  corner(0.45, 0.5);
  corner(1, 0);
  corner(0.45, -0.5);
  mesh.indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
  mesh.materialOf.push(index, index);
  const group = mesh.nextGroup++;
  mesh.groups.push(group, group);
}

function unit(x: number, y: number, z: number): Point {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}

function someDirection(random: Random): Point {
  const y = random() * 2 - 1;
  const a = random() * 2 * Math.PI;
  const r = Math.sqrt(1 - y * y);
  return [r * Math.cos(a), y, r * Math.sin(a)];
}

/** A palm with a ringed trunk and hanging fronds; its foot is at `at`. */
export function addPalm(mesh: Mesh, at: Point, heightM: number, random: Random): void {
  const lean = (random() - 0.5) * 0.5;
  const path: Point[] = [];
  const radii: number[] = [];
  for (let i = 0; i <= 10; i++) {
    const t = i / 10;
    path.push([at[0] + lean * t * t, at[1] + heightM * t, at[2]]);
    radii.push((0.2 - 0.08 * t) * (1 + 0.25 * (1 - t) ** 6));
  }
  addRod(mesh, path, radii, PALM_BARK, 10);
  const crown: Point = [at[0] + lean, at[1] + heightM, at[2]];
  const tones = [leafOf("#4f7030"), leafOf("#5f8038"), leafOf("#3f6028")];
  const fronds = 22;
  for (let i = 0; i < fronds; i++) {
    const angle = (i / fronds) * 2 * Math.PI * 3.3 + random() * 0.5;
    const rise = 1.05 - (i / fronds) * 1.75 + (random() - 0.5) * 0.25;
    addFrond(mesh, crown, angle, rise, 1.9 + random() * 0.6, tones[i % 3] as Material);
  }
  const dry = leafOf("#8a7440");
  for (let i = 0; i < 5; i++) addFrond(mesh, crown, random() * 6.3, -1.1, 1.3, dry);
}

function addFrond(
  mesh: Mesh,
  crown: Point,
  angle: number,
  rise: number,
  lengthM: number,
  green: Material,
): void {
  const steps = 17;
  const outX = Math.cos(angle);
  const outZ = Math.sin(angle);
  let x = crown[0];
  let y = crown[1];
  let z = crown[2];
  let slope = rise;
  for (let i = 0; i < steps; i++) {
    const ds = lengthM / steps;
    const flat = Math.cos(slope);
    x += outX * flat * ds;
    z += outZ * flat * ds;
    y += Math.sin(slope) * ds;
    slope -= 0.125;
    const t = i / steps;
    const span = 0.5 * Math.sin(Math.PI * Math.min(1, 0.12 + t * 0.95)) + 0.08;
    const along: Point = [outX * flat, Math.sin(slope), outZ * flat];
    for (const s of [-1, 1]) {
      const tip = unit(
        -outZ * s + along[0] * 0.75,
        -0.35 + along[1] * 0.7,
        outX * s + along[2] * 0.75,
      );
      addLeaf(mesh, [x, y, z], tip, along, span, 0.075, green);
    }
  }
}

/** A clipped hedge filling the box from `low` to `high`. */
export function addHedge(mesh: Mesh, low: Point, high: Point, hex: string, random: Random): void {
  const tones = [leafOf(hex), leafOf("#3d5c27"), leafOf("#587a34")];
  const size: Point = [high[0] - low[0], high[1] - low[1], high[2] - low[2]];
  const surfaceM2 = 2 * (size[0] * size[1] + size[1] * size[2] + size[0] * size[2]);
  const count = Math.min(9000, Math.round(surfaceM2 * 420));
  for (let i = 0; i < count; i++) {
    // Leaves sit in a shell under the clipped faces; the bottom has none.
    const face = random() * (size[0] * size[2] + 2 * size[1] * (size[0] + size[2]));
    let u = random();
    let v = random();
    let w = random() * 0.09;
    let p: Point;
    let out: Point;
    if (face < size[0] * size[2]) {
      p = [low[0] + u * size[0], high[1] - w, low[2] + v * size[2]];
      out = [0, 1, 0];
    } else if (face < size[0] * size[2] + 2 * size[1] * size[0]) {
      const far = random() < 0.5;
      p = [low[0] + u * size[0], low[1] + v * size[1], far ? high[2] - w : low[2] + w];
      out = [0, 0, far ? 1 : -1];
    } else {
      const right = random() < 0.5;
      p = [right ? high[0] - w : low[0] + w, low[1] + v * size[1], low[2] + u * size[2]];
      out = [right ? 1 : -1, 0, 0];
    }
    const wild = someDirection(random);
    const towards = unit(
      out[0] + wild[0] * 0.9,
      out[1] + wild[1] * 0.9 + 0.3,
      out[2] + wild[2] * 0.9,
    );
    const across = unit(
      towards[1] * 0.7 - towards[2],
      towards[2] - towards[0] * 0.7,
      towards[0] - towards[1],
    );
    u = 0.05 + random() * 0.05;
    v = u * (0.5 + random() * 0.3);
    w = Math.floor(random() * 3);
    addLeaf(mesh, p, towards, across, u, v, tones[w] as Material);
  }
}

/** A broad-leaved tree; `spread` is the radius of its crown. */
export function addTree(
  mesh: Mesh,
  at: Point,
  heightM: number,
  spread: number,
  hex: string,
  leaves: number,
  random: Random,
): void {
  const fork = heightM * 0.42;
  addRod(
    mesh,
    [at, [at[0] + 0.05, at[1] + fork * 0.6, at[2]], [at[0], at[1] + fork + 0.6, at[2]]],
    [0.16, 0.12, 0.07],
    WOOD,
    8,
  );
  const lobes: { centre: Point; radius: number }[] = [];
  for (let i = 0; i < 9; i++) {
    const d = someDirection(random);
    lobes.push({
      centre: [
        at[0] + d[0] * spread * 0.6,
        at[1] + heightM - spread * 0.75 + d[1] * spread * 0.45,
        at[2] + d[2] * spread * 0.6,
      ],
      radius: spread * (0.38 + random() * 0.25),
    });
  }
  const tones = [leafOf(hex), leafOf("#4b6b2d"), leafOf(hex)];
  const size = 2.6 * spread * Math.sqrt(1 / leaves) * 2;
  for (let i = 0; i < leaves; i++) {
    const lobe = lobes[i % lobes.length] as (typeof lobes)[number];
    const d = someDirection(random);
    const r = lobe.radius * (0.72 + 0.28 * random());
    const p: Point = [
      lobe.centre[0] + d[0] * r,
      lobe.centre[1] + d[1] * r * 0.8,
      lobe.centre[2] + d[2] * r,
    ];
    const wild = someDirection(random);
    const towards = unit(d[0] + wild[0], d[1] + wild[1], d[2] + wild[2]);
    const across = unit(towards[1] - towards[2], towards[2] - towards[0], towards[0] - towards[1]);
    const length = size * (0.7 + random() * 0.6);
    addLeaf(mesh, p, towards, across, length, length * 0.6, tones[i % 3] as Material);
  }
}

/** A rosette of stiff pointed leaves. */
export function addAgave(mesh: Mesh, at: Point, sizeM: number, hex: string, random: Random): void {
  const green = leafOf(hex);
  const part = emptyMesh();
  for (let i = 0; i < 26; i++) {
    const angle = i * 2.4;
    const rise = 0.25 + 1.1 * (i / 26);
    const towards: Point = [
      Math.cos(angle) * Math.cos(rise),
      Math.sin(rise),
      Math.sin(angle) * Math.cos(rise),
    ];
    const across: Point = [-Math.sin(angle), 0, Math.cos(angle)];
    addLeaf(part, at, towards, across, sizeM * (0.8 + random() * 0.3), sizeM * 0.18, green);
  }
  addMesh(mesh, part);
}
