import { LANE } from "./lane-camera.ts";
import type { LaneStyle } from "./lane-style.ts";
import type { Atmosphere, Lamp } from "./lighting.ts";
import type { Point } from "./mesh.ts";

function direction(heightDegrees: number, bearingDegrees: number): Point {
  const h = (heightDegrees * Math.PI) / 180;
  const b = (bearingDegrees * Math.PI) / 180;
  return [Math.cos(h) * Math.sin(b), Math.sin(h), -Math.cos(h) * Math.cos(b)];
}

/** The light at a lane by day or by night. */
export function atmosphereOf(style: LaneStyle, timeOfDay: "day" | "night"): Atmosphere {
  if (timeOfDay === "day") {
    const veil = style.cloudiness;
    return {
      sun: direction(style.sunHeight, style.sunBearing),
      sunColour: [4.3 - veil * 2, 3.85 - veil * 1.75, 3.15 - veil * 1.3],
      zenith: [0.16 + veil * 0.3, 0.38 + veil * 0.22, 0.95],
      horizon: [0.62 + veil * 0.3, 0.84 + veil * 0.14, 1.12],
      ground: [0.36, 0.33, 0.28],
      haze: 0.0032,
      lamps: [],
      exposure: 0.44,
      monochrome: false,
      surroundings: [0.07, 0.085, 0.06],
    };
  }
  const s = style.side;
  if (style.night === "infrared") {
    // The camera's own lamps: what is near is bright, the rest sinks into black.
    return {
      sun: direction(60, 20),
      sunColour: [0.008, 0.008, 0.008],
      zenith: [0.01, 0.01, 0.01],
      horizon: [0.022, 0.022, 0.022],
      ground: [0.012, 0.012, 0.012],
      haze: 0.002,
      lamps: [
        { at: [(LANE.cameraXM + 0.15) * s, LANE.cameraYM + 0.1, -0.1], colour: [64, 64, 64] },
        { at: [1.6 * s, 2.3, 10.8], colour: [1.5, 1.5, 1.5] },
        streetLamp(-1.2 * s, 21, 4),
        streetLamp(6.3 * s, 33, 4),
      ],
      exposure: 0.5,
      monochrome: true,
      surroundings: [0.004, 0.004, 0.004],
    };
  }
  return {
    sun: direction(60, 20),
    sunColour: [0.02, 0.025, 0.035],
    zenith: [0.012, 0.016, 0.03],
    horizon: [0.06, 0.055, 0.06],
    ground: [0.035, 0.028, 0.022],
    haze: 0.003,
    lamps: [
      // A white light beside the camera, the lamp of the guardhouse, the street lamps.
      { at: [(LANE.cameraXM - 0.3) * s, 3.2, -0.8], colour: [40, 37, 33] },
      { at: [0.8 * s, 4.6, 6.5], colour: [9, 8.2, 7] },
      { at: [1.9 * s, 2.3, 10.8], colour: [5, 3.9, 2.6] },
      { at: [3.4 * s, 2.0, 12.6], colour: [1.6, 1.25, 0.85] },
      streetLamp(-1.2 * s, 21, 26),
      streetLamp(6.3 * s, 33, 26),
      streetLamp(-1.2 * s, 46, 26),
      { at: [-3.6 * s, 0.25, 14.7], colour: [1.6, 1.35, 0.9] },
    ],
    exposure: 0.62,
    monochrome: false,
    surroundings: [0.012, 0.012, 0.013],
  };
}

function streetLamp(x: number, z: number, power: number): Lamp {
  return {
    at: [x, 5.5, z],
    colour: [power, power * 0.78, power * 0.5],
    beam: { towards: [0, -1, 0], edge: 0.05 },
  };
}
