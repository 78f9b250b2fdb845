import type { VehicleKind } from "./state.ts";

/**
 * One contour around the body, from the centre of its front to the rear.
 * `setBackM`: distance of its foremost point behind the nose; `exponent` and `roundM`: how square
 * and how deep its front corner is; `endM`: where it ends at the rear.
 */
export interface Contour {
  yM: number;
  setBackM: number;
  halfWidthM: number;
  exponent: number;
  roundM: number;
  endM: number;
}

/** The face: what is drawn on the front, in metres; `y` from the ground, `x` from the middle. */
export interface Face {
  hoodYM: number;
  cowlYM: number;
  lamp: { innerXM: number; outerXM: number; topYM: number; bottomYM: number };
  grille: {
    halfWidthM: number;
    topYM: number;
    bottomYM: number;
    bars: "chrome" | "mesh" | "slats";
  };
  plateYM: number;
  intake: { halfWidthM: number; topYM: number; bottomYM: number };
  cladding: boolean;
  glass: { bottomYM: number; topYM: number; bottomHalfM: number; topHalfM: number };
}

export interface CarShape {
  lengthM: number;
  wheel: { radiusM: number; widthM: number; frontM: number; rearM: number; xM: number };
  mirror: { xM: number; yM: number; backM: number; widthM: number; heightM: number };
  underYM: number;
  contours: readonly Contour[];
  face: Face;
  /** Side windows: from, to (along the body), sill and top. */
  windows: { fromM: number; toM: number; sillYM: number; topYM: number };
  roofRails: boolean;
}

type Row = [number, number, number, number, number, number];
const contours = (rows: Row[]): Contour[] =>
  rows.map(([yM, setBackM, halfWidthM, exponent, roundM, endM]) => ({
    yM,
    setBackM,
    halfWidthM,
    exponent,
    roundM,
    endM,
  }));

const SEDAN: CarShape = {
  lengthM: 4.5,
  wheel: { radiusM: 0.32, widthM: 0.21, frontM: 0.86, rearM: 3.55, xM: 0.79 },
  mirror: { xM: 1.0, yM: 0.985, backM: 1.42, widthM: 0.115, heightM: 0.075 },
  underYM: 0.17,
  contours: contours([
    [0.16, 0.2, 0.76, 4, 0.5, 4.3],
    [0.19, 0.07, 0.84, 4, 0.55, 4.35],
    [0.28, 0.02, 0.885, 3.6, 0.62, 4.45],
    [0.42, 0.0, 0.9, 3.4, 0.66, 4.5],
    [0.55, 0.015, 0.905, 3.2, 0.7, 4.5],
    [0.65, 0.055, 0.905, 3.1, 0.74, 4.48],
    [0.71, 0.11, 0.9, 3, 0.76, 4.45],
    [0.75, 0.19, 0.89, 2.9, 0.78, 4.42],
    [0.79, 0.36, 0.875, 2.8, 0.8, 4.4],
    [0.845, 0.66, 0.855, 2.8, 0.72, 4.38],
    [0.9, 1.0, 0.83, 3, 0.55, 4.3],
    [0.925, 1.12, 0.815, 3, 0.45, 4.2],
    [0.945, 1.15, 0.8, 2.7, 0.45, 4.05],
    [1.06, 1.32, 0.765, 2.5, 0.4, 3.85],
    [1.2, 1.55, 0.705, 2.4, 0.4, 3.6],
    [1.32, 1.78, 0.64, 2.4, 0.4, 3.35],
    [1.39, 1.97, 0.58, 2.4, 0.45, 3.15],
    [1.43, 2.22, 0.48, 2.3, 0.45, 3.0],
    [1.448, 2.5, 0.3, 2.2, 0.3, 2.85],
    [1.452, 2.6, 0.02, 2, 0.05, 2.7],
  ]),
  face: {
    hoodYM: 0.745,
    cowlYM: 0.935,
    lamp: { innerXM: 0.47, outerXM: 0.875, topYM: 0.73, bottomYM: 0.61 },
    grille: { halfWidthM: 0.45, topYM: 0.715, bottomYM: 0.56, bars: "chrome" },
    plateYM: 0.44,
    intake: { halfWidthM: 0.56, topYM: 0.335, bottomYM: 0.205 },
    cladding: false,
    glass: { bottomYM: 0.955, topYM: 1.375, bottomHalfM: 0.715, topHalfM: 0.525 },
  },
  windows: { fromM: 1.75, toM: 3.6, sillYM: 0.98, topYM: 1.36 },
  roofRails: false,
};

const SUV: CarShape = {
  lengthM: 4.6,
  wheel: { radiusM: 0.37, widthM: 0.24, frontM: 0.9, rearM: 3.6, xM: 0.82 },
  mirror: { xM: 1.06, yM: 1.2, backM: 1.45, widthM: 0.125, heightM: 0.095 },
  underYM: 0.24,
  contours: contours([
    [0.24, 0.2, 0.8, 4.4, 0.46, 4.4],
    [0.28, 0.06, 0.89, 4.2, 0.5, 4.5],
    [0.38, 0.015, 0.925, 4, 0.54, 4.55],
    [0.52, 0.0, 0.935, 3.8, 0.57, 4.6],
    [0.68, 0.005, 0.94, 3.6, 0.6, 4.6],
    [0.8, 0.025, 0.94, 3.5, 0.62, 4.6],
    [0.88, 0.06, 0.935, 3.4, 0.64, 4.58],
    [0.935, 0.12, 0.925, 3.3, 0.66, 4.55],
    [0.975, 0.26, 0.91, 3.2, 0.68, 4.52],
    [1.02, 0.56, 0.89, 3.2, 0.62, 4.5],
    [1.07, 0.92, 0.865, 3.3, 0.5, 4.45],
    [1.095, 1.08, 0.85, 3.2, 0.42, 4.4],
    [1.115, 1.11, 0.84, 2.9, 0.4, 4.35],
    [1.26, 1.27, 0.8, 2.7, 0.36, 4.3],
    [1.42, 1.47, 0.745, 2.6, 0.36, 4.25],
    [1.55, 1.66, 0.69, 2.6, 0.36, 4.2],
    [1.62, 1.82, 0.635, 2.6, 0.42, 4.1],
    [1.665, 2.1, 0.53, 2.4, 0.45, 3.95],
    [1.682, 2.45, 0.32, 2.2, 0.3, 3.7],
    [1.686, 2.6, 0.02, 2, 0.05, 2.8],
  ]),
  face: {
    hoodYM: 0.935,
    cowlYM: 1.105,
    lamp: { innerXM: 0.5, outerXM: 0.9, topYM: 0.905, bottomYM: 0.79 },
    grille: { halfWidthM: 0.48, topYM: 0.9, bottomYM: 0.64, bars: "mesh" },
    plateYM: 0.525,
    intake: { halfWidthM: 0.6, topYM: 0.425, bottomYM: 0.3 },
    cladding: true,
    glass: { bottomYM: 1.125, topYM: 1.6, bottomHalfM: 0.75, topHalfM: 0.585 },
  },
  windows: { fromM: 1.75, toM: 4.1, sillYM: 1.17, topYM: 1.58 },
  roofRails: true,
};

const PICKUP: CarShape = {
  lengthM: 5.3,
  wheel: { radiusM: 0.39, widthM: 0.26, frontM: 0.95, rearM: 4.15, xM: 0.82 },
  mirror: { xM: 1.1, yM: 1.3, backM: 1.5, widthM: 0.13, heightM: 0.12 },
  underYM: 0.32,
  contours: contours([
    [0.32, 0.18, 0.82, 5, 0.4, 5.1],
    [0.36, 0.05, 0.9, 4.8, 0.44, 5.25],
    [0.46, 0.01, 0.93, 4.6, 0.46, 5.3],
    [0.6, 0.0, 0.94, 4.4, 0.48, 5.3],
    [0.66, 0.03, 0.94, 4.2, 0.5, 5.3],
    [0.8, 0.035, 0.94, 4.2, 0.5, 5.3],
    [0.95, 0.05, 0.94, 4.2, 0.52, 5.3],
    [1.02, 0.085, 0.935, 4, 0.54, 5.28],
    [1.065, 0.17, 0.92, 3.8, 0.56, 5.26],
    [1.1, 0.42, 0.905, 3.6, 0.54, 5.24],
    [1.14, 0.85, 0.885, 3.6, 0.46, 5.2],
    [1.16, 1.12, 0.87, 3.4, 0.4, 5.2],
    [1.18, 1.15, 0.86, 3, 0.38, 3.4],
    [1.34, 1.31, 0.82, 2.8, 0.34, 3.35],
    [1.5, 1.5, 0.77, 2.7, 0.34, 3.3],
    [1.63, 1.68, 0.72, 2.7, 0.34, 3.25],
    [1.71, 1.85, 0.66, 2.6, 0.4, 3.2],
    [1.755, 2.1, 0.55, 2.4, 0.42, 3.1],
    [1.772, 2.4, 0.32, 2.2, 0.3, 2.9],
    [1.776, 2.5, 0.02, 2, 0.05, 2.6],
  ]),
  face: {
    hoodYM: 1.05,
    cowlYM: 1.17,
    lamp: { innerXM: 0.56, outerXM: 0.91, topYM: 1.01, bottomYM: 0.83 },
    grille: { halfWidthM: 0.54, topYM: 1.0, bottomYM: 0.72, bars: "slats" },
    plateYM: 0.58,
    intake: { halfWidthM: 0.5, topYM: 0.475, bottomYM: 0.38 },
    cladding: true,
    glass: { bottomYM: 1.19, topYM: 1.69, bottomHalfM: 0.77, topHalfM: 0.61 },
  },
  windows: { fromM: 1.8, toM: 3.2, sillYM: 1.24, topYM: 1.67 },
  roofRails: false,
};

const VAN: CarShape = {
  lengthM: 5.2,
  wheel: { radiusM: 0.34, widthM: 0.22, frontM: 0.85, rearM: 4.0, xM: 0.82 },
  mirror: { xM: 1.12, yM: 1.28, backM: 0.98, widthM: 0.1, heightM: 0.15 },
  underYM: 0.22,
  contours: contours([
    [0.22, 0.18, 0.82, 4.4, 0.4, 5.1],
    [0.26, 0.05, 0.91, 4.2, 0.44, 5.15],
    [0.36, 0.01, 0.945, 4, 0.48, 5.2],
    [0.52, 0.0, 0.955, 3.8, 0.5, 5.2],
    [0.68, 0.025, 0.96, 3.7, 0.52, 5.2],
    [0.82, 0.07, 0.96, 3.6, 0.54, 5.2],
    [0.92, 0.13, 0.955, 3.5, 0.55, 5.2],
    [0.98, 0.22, 0.95, 3.4, 0.56, 5.2],
    [1.04, 0.37, 0.945, 3.3, 0.54, 5.2],
    [1.1, 0.55, 0.94, 3.3, 0.5, 5.2],
    [1.14, 0.67, 0.935, 3.2, 0.46, 5.2],
    [1.16, 0.7, 0.93, 3, 0.45, 5.2],
    [1.32, 0.83, 0.91, 2.8, 0.42, 5.2],
    [1.5, 1.0, 0.88, 2.7, 0.42, 5.2],
    [1.68, 1.18, 0.845, 2.7, 0.42, 5.2],
    [1.82, 1.36, 0.8, 2.7, 0.45, 5.18],
    [1.9, 1.56, 0.73, 2.6, 0.5, 5.1],
    [1.945, 1.85, 0.6, 2.4, 0.5, 5.0],
    [1.965, 2.2, 0.35, 2.2, 0.3, 4.8],
    [1.97, 2.4, 0.02, 2, 0.05, 3],
  ]),
  face: {
    hoodYM: 0.985,
    cowlYM: 1.15,
    lamp: { innerXM: 0.6, outerXM: 0.93, topYM: 1.0, bottomYM: 0.8 },
    grille: { halfWidthM: 0.56, topYM: 0.88, bottomYM: 0.74, bars: "slats" },
    plateYM: 0.54,
    intake: { halfWidthM: 0.62, topYM: 0.43, bottomYM: 0.3 },
    cladding: true,
    glass: { bottomYM: 1.17, topYM: 1.8, bottomHalfM: 0.84, topHalfM: 0.735 },
  },
  windows: { fromM: 1.25, toM: 2.1, sillYM: 1.2, topYM: 1.74 },
  roofRails: false,
};

/** The shape of a car; motorcycles have no such shape. */
export function carShape(kind: Exclude<VehicleKind, "motorcycle">): CarShape {
  switch (kind) {
    case "sedan":
      return SEDAN;
    case "suv":
      return SUV;
    case "pickup":
      return PICKUP;
    case "van":
      return VAN;
  }
}
