import { type Static, Type } from "typebox";

/** One who comes to the lane, as a scenario or the control API describes them. */
export const Visit = Type.Object(
  {
    kind: Type.Union([
      Type.Literal("vehicle"),
      /** A vehicle whose plate is missing. */
      Type.Literal("no_plate"),
      Type.Literal("person"),
      /** Nobody, for a while. */
      Type.Literal("empty"),
      /** A photograph of the folder. */
      Type.Literal("photo"),
    ]),
    plate: Type.Optional(Type.String({ minLength: 2, maxLength: 12 })),
    country: Type.Optional(Type.String({ pattern: "^[a-z]{2}$" })),
    vehicleKind: Type.Optional(
      Type.Union([
        Type.Literal("sedan"),
        Type.Literal("suv"),
        Type.Literal("pickup"),
        Type.Literal("motorcycle"),
        Type.Literal("van"),
      ]),
    ),
    bodyColour: Type.Optional(Type.String({ pattern: "^#[0-9a-fA-F]{6}$" })),
    timeOfDay: Type.Optional(Type.Union([Type.Literal("day"), Type.Literal("night")])),
    direction: Type.Optional(Type.Union([Type.Literal("in"), Type.Literal("out")])),
    /** How long the driver waits at the barrier before turning back. */
    patienceMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600_000 })),
    file: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

export type Visit = Static<typeof Visit>;
