import { type Static, Type } from "typebox";

const Id = Type.String({ format: "uuid" });

/**
 * What a `camera_test` asks a site. With an address, the order brings credentials sealed for this camera; without, the
 * camera is tested as it is stored: stored credentials never go to an address that a test names.
 */
export const CameraTestRequest = Type.Object(
  {
    camera_id: Id,
    base_url: Type.Optional(Type.String({ pattern: "^https?://[^\\s/@:]{1,253}(:[0-9]{1,5})?$" })),
    /** Input × 100 + stream. */
    stream: Type.Optional(Type.Integer({ minimum: 100, maximum: 9999 })),
  },
  { additionalProperties: false },
);
export type CameraTestRequest = Static<typeof CameraTestRequest>;

/** In the order in which they are tried; a failed one ends the test, but for the clock. */
export const CAMERA_TEST_STEPS = ["reachable", "credentials", "clock", "picture"] as const;
export type CameraTestStep = (typeof CAMERA_TEST_STEPS)[number];

/** How one step went. `warning`: it works and somebody should know. */
export type CameraTestOutcome = {
  step: CameraTestStep;
  state: "ok" | "warning" | "failed";
  /** Why, as an error's code (`IsapiErrorCode` and this test's own); null for `ok`. */
  code: string | null;
};

/** `site_orders.result` of a `camera_test`: what is known so far. A type, so that it counts as JSON. */
export type CameraTestResult = {
  outcomes: CameraTestOutcome[];
  model?: string | null;
  firmware?: string | null;
  /** How far the camera's clock is ahead of the site's; null when it does not say its offset. */
  skew_ms?: number | null;
  /** When a camera that locks its account says it will let it go. */
  retry_after_ms?: number;
  picture_path?: string;
};
