import { addLimb, addTorso } from "./figure.ts";
import { plain } from "./materials.ts";
import { addSurface, emptyMesh, type Material, type Mesh } from "./mesh.ts";
import { addBlob, addBox, addRod } from "./solids.ts";
import { addWheel } from "./wheel.ts";

/** Where plate and lamp of the motorcycle are. */
export const MOTORCYCLE = { plateYM: 0.66, lampYM: 0.93, lengthM: 2.1 } as const;

/** A motorcycle with its rider, front wheel at the origin; `lamp` is its headlamp's glass. */
export function motorcycleMesh(paint: Material, lamp: Material): Mesh {
  const mesh = emptyMesh();
  const dark = plain("#17181a", 0.6);
  const steel = plain("#9ba1a5", 0.25, 0.5);
  const jacket = plain("#23272c", 0.7);
  const jeans = plain("#2f3d52", 0.95);
  const gloves = plain("#101113", 0.8);
  addWheel(mesh, 0, 0.33, 0.31, 0.11, 0);
  addWheel(mesh, 0, 1.65, 0.31, 0.14, 0);
  // Mudguard over the front wheel.
  addSurface(mesh, 10, 14, paint, (u, v) => {
    const a = (u - 0.5) * 2;
    const b = 0.35 + v * 2.2;
    const r = 0.345 - 0.04 * a * a;
    return [a * 0.085, 0.31 + Math.sin(b) * r, 0.33 - Math.cos(b) * r];
  });
  for (const side of [-1, 1]) {
    addRod(
      mesh,
      [
        [side * 0.085, 0.31, 0.33],
        [side * 0.09, 0.62, 0.44],
        [side * 0.1, 1.0, 0.58],
      ],
      [0.024, 0.026, 0.03],
      steel,
      10,
    );
    addRod(
      mesh,
      [
        [side * 0.05, 1.03, 0.6],
        [side * 0.24, 1.07, 0.6],
        [side * 0.4, 1.03, 0.66],
      ],
      [0.014, 0.014, 0.018],
      dark,
      8,
    );
    addRod(
      mesh,
      [
        [side * 0.3, 1.06, 0.62],
        [side * 0.34, 1.22, 0.6],
      ],
      [0.007, 0.007],
      dark,
      6,
    );
    addBlob(mesh, [side * 0.36, 1.25, 0.6], [0.075, 0.045, 0.02], dark, 8);
    addBlob(mesh, [side * 0.2, 0.86, 0.5], [0.028, 0.022, 0.03], plain("#d9822b", 0.3), 6);
    const hand = [side * 0.38, 1.05, 0.63] as const;
    addLimb(
      mesh,
      [[side * 0.2, 1.4, 1.08], [side * 0.37, 1.18, 0.92], hand],
      [0.065, 0.055, 0.042],
      jacket,
    );
    addBlob(mesh, hand, [0.05, 0.04, 0.05], gloves, 8);
    addLimb(
      mesh,
      [
        [side * 0.1, 0.84, 1.22],
        [side * 0.22, 0.74, 0.82],
        [side * 0.17, 0.34, 0.98],
      ],
      [0.1, 0.08, 0.06],
      jeans,
    );
    addBlob(mesh, [side * 0.17, 0.29, 0.92], [0.05, 0.05, 0.13], gloves, 8);
  }
  addBlob(mesh, [0, 0.86, 0.86], [0.17, 0.14, 0.3], paint, 14);
  addBox(mesh, [-0.14, 0.35, 0.62], [0.14, 0.68, 1.1], dark);
  addBox(mesh, [-0.15, 0.8, 1.1], [0.15, 0.86, 1.75], dark);
  addBox(mesh, [-0.2, 0.57, 0.28], [0.2, 0.75, 0.3], dark);
  // Headlamp in its shell, with a small screen above.
  addBlob(mesh, [0, MOTORCYCLE.lampYM, 0.42], [0.13, 0.13, 0.12], paint, 14);
  addBlob(mesh, [0, MOTORCYCLE.lampYM, 0.37], [0.1, 0.1, 0.1], lamp, 14);
  addSurface(mesh, 8, 6, plain("#39434b", 0.05, 0.08), (u, v) => {
    const a = (u - 0.5) * 2;
    return [a * (0.13 - 0.03 * v), 1.03 + v * 0.16, 0.4 + 0.12 * v + 0.08 * a * a];
  });
  addTorso(mesh, [0, 0.8, 1.28], [0, 1.5, 1.06], 0.225, 0, jacket);
  addHelmet(mesh, paint);
  return mesh;
}

function addHelmet(mesh: Mesh, paint: Material): void {
  addBlob(mesh, [0, 1.62, 1.0], [0.125, 0.145, 0.15], paint, 16);
  // The visor: a strip of the same egg, a little larger.
  addSurface(mesh, 16, 6, plain("#0c0f13", 0.04, 0.08), (u, v) => {
    const a = (u - 0.5) * 2.3;
    const b = (v - 0.42) * 0.85;
    return [
      0.128 * Math.cos(b) * Math.sin(a),
      1.625 + 0.148 * Math.sin(b),
      1.0 - 0.155 * Math.cos(b) * Math.cos(a),
    ];
  });
}
