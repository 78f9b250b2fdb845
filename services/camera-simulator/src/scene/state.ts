/** What kind of vehicle is drawn. */
export type VehicleKind = "sedan" | "suv" | "pickup" | "motorcycle" | "van";

/** What the camera of a lane sees at one moment. */
export interface SceneState {
  /** Name of the lane; it chooses, always the same way, what the entrance looks like. */
  lane: string;
  timeOfDay: "day" | "night";
  vehicle?: {
    /** The plate's text, with or without separators; `null` draws a vehicle without a plate. */
    plate: string | null;
    /** Country whose plate it is, e.g. "mx", "br", "ar", "cl", "co", "cr", "pe", "eu", "us". */
    country: string;
    /** Colour of the paint, `#rrggbb`. */
    bodyColour: string;
    kind: VehicleKind;
    /** 0 far away … 1 stopped at the barrier … 2 gone past. */
    progress: number;
  };
  /** Somebody who walks across the lane, from 0 to 1. */
  person?: { progress: number };
  /** 0 closed … 1 open. */
  barrier: number;
  widthPx: number;
  heightPx: number;
  /** Changes the sensor's noise and nothing else; another seed gives another frame. */
  seed: number;
  /** What the camera burns into the picture. */
  clockText: string;
}
