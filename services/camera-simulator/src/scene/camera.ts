/**
 * The camera of a lane: it looks along +z with its picture plane upright (a shifted lens, as an
 * architect's camera), so that whatever turns about an axis along z only rotates in the picture.
 */
export interface Camera {
  widthPx: number;
  heightPx: number;
  /** Where it stands, in metres. */
  x: number;
  y: number;
  z: number;
  focalPx: number;
  /** The vanishing point of the lane. */
  axisXPx: number;
  axisYPx: number;
}

export interface Region {
  leftPx: number;
  topPx: number;
  widthPx: number;
  heightPx: number;
}

export function projectX(camera: Camera, x: number, z: number): number {
  return camera.axisXPx + (camera.focalPx * (x - camera.x)) / (z - camera.z);
}

export function projectY(camera: Camera, y: number, z: number): number {
  return camera.axisYPx - (camera.focalPx * (y - camera.y)) / (z - camera.z);
}
