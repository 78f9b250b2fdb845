/** A rectangle in shares of the frame: where the lane is. */
export interface CameraZone {
  leftShare: number;
  topShare: number;
  widthShare: number;
  heightShare: number;
}

/** The corners of what nobody may see, in shares of the frame: `[x, y]` each, three at least. */
export type Mask = readonly (readonly [number, number])[];
