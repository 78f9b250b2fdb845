import { hashOf } from "./random.ts";

/** What one entrance looks like; chosen by the lane's name, always the same for it. */
export interface LaneStyle {
  seed: number;
  /** 1: the camera stands left of the lane; -1: right of it. */
  side: 1 | -1;
  /** Written on the wall at the entrance. */
  sign: string;
  architecture: "modern" | "colonial";
  wall: string;
  trim: string;
  roof: string;
  road: "asphalt" | "pavers";
  trees: "palms" | "broadleaved";
  /** Height and bearing of the sun in degrees; bearing 0 is behind the camera, 90 to its right. */
  sunHeight: number;
  sunBearing: number;
  cloudiness: number;
  /** What the camera does at night: infra-red and grey, or colour under the lamps. */
  night: "infrared" | "lamps";
}

const STYLES: readonly Omit<LaneStyle, "seed" | "sign">[] = [
  {
    side: 1,
    architecture: "modern",
    wall: "#e9e4d8",
    trim: "#4a4f55",
    roof: "#d9d6cf",
    road: "asphalt",
    trees: "palms",
    sunHeight: 44,
    sunBearing: 52,
    cloudiness: 0.35,
    night: "lamps",
  },
  {
    side: -1,
    architecture: "colonial",
    wall: "#d9a35f",
    trim: "#f0e6d2",
    roof: "#b5633c",
    road: "pavers",
    trees: "broadleaved",
    sunHeight: 36,
    sunBearing: -48,
    cloudiness: 0.6,
    night: "infrared",
  },
  {
    side: 1,
    architecture: "colonial",
    wall: "#efe7d6",
    trim: "#b9683f",
    roof: "#a9573a",
    road: "pavers",
    trees: "palms",
    sunHeight: 50,
    sunBearing: -35,
    cloudiness: 0.2,
    night: "infrared",
  },
  {
    side: -1,
    architecture: "modern",
    wall: "#c9cdd0",
    trim: "#7b4b33",
    roof: "#5d6368",
    road: "asphalt",
    trees: "broadleaved",
    sunHeight: 40,
    sunBearing: 40,
    cloudiness: 0.75,
    night: "lamps",
  },
];
const SIGNS = ["LOS ROBLES", "VILLA SERENA", "LAS PALMAS", "EL MIRADOR"];

/** Any number would do; this one gives the demo's two lanes different architecture and nights. */
const DRAW = 63;

/**
 * The look of `lane`. Its name is written on the wall as far as it is a name: of "Residencial del
 * Valle · norte" the first part; of "cam-01" nothing, and the wall carries an invented one.
 */
export function laneStyle(lane: string): LaneStyle {
  const seed = hashOf(`${lane} ${DRAW}`);
  const number = seed % STYLES.length;
  const style = STYLES[number] as (typeof STYLES)[number];
  const [name = ""] = lane.split(" · ");
  const isName = /^\p{L}[\p{L} ]{3,28}$/u.test(name);
  return { ...style, seed, sign: isName ? name.toUpperCase() : (SIGNS[number] as string) };
}
