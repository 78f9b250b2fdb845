import { type Static, Type } from "typebox";
import { Visit } from "./visit.ts";

const closed = { additionalProperties: false };
const Milliseconds = Type.Integer({ minimum: 0, maximum: 86_400_000 });

/** Where a camera's pictures come from: a drawn lane, the JPEGs of a folder, or only what is pushed. */
const SourceConfig = Type.Union([
  Type.Object({ kind: Type.Literal("lane"), name: Type.String() }, closed),
  Type.Object({ kind: Type.Literal("photos"), folder: Type.String() }, closed),
  Type.Object({ kind: Type.Literal("blank") }, closed),
]);

/** Who comes unasked, everybody once before anybody comes again. */
const TrafficConfig = Type.Object(
  {
    /** The same seed gives the same order and pauses. */
    seed: Type.Integer(),
    /** Empty: the photographs of the folder. */
    visits: Type.Array(Visit),
    minPauseMs: Milliseconds,
    maxPauseMs: Milliseconds,
  },
  closed,
);

/** One simulated camera, as it can be written in JSON. */
export const CameraConfig = Type.Object(
  {
    id: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
    /** 0, the default, takes any free one. */
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
    username: Type.Optional(Type.String({ minLength: 1 })),
    password: Type.Optional(Type.String({ minLength: 1, secret: true })),
    source: Type.Optional(SourceConfig),
    traffic: Type.Optional(Type.Union([TrafficConfig, Type.Null()])),
    widthPx: Type.Optional(Type.Integer({ minimum: 64, maximum: 3840 })),
    heightPx: Type.Optional(Type.Integer({ minimum: 64, maximum: 2160 })),
    laneTimes: Type.Optional(
      Type.Partial(
        Type.Object({
          approachMs: Milliseconds,
          patienceMs: Milliseconds,
          passMs: Milliseconds,
          reverseMs: Milliseconds,
          walkMs: Milliseconds,
          emptyMs: Milliseconds,
        }),
        closed,
      ),
    ),
    barrier: Type.Optional(
      Type.Object(
        {
          travelMs: Type.Optional(Milliseconds),
          /** Null closes only behind a vehicle or on command. */
          autoCloseMs: Type.Optional(Type.Union([Milliseconds, Type.Null()])),
        },
        closed,
      ),
    ),
    /** The gate is somewhere else; the lane learns its position through the control API. */
    hasExternalBarrier: Type.Optional(Type.Boolean()),
    /** Reads plates itself and sends them over the event stream. */
    readsPlates: Type.Optional(Type.Boolean()),
    /** The camera's time zone. */
    utcOffset: Type.Optional(Type.String({ pattern: "^[+-]\\d\\d:\\d\\d$" })),
    nonceLifeMs: Type.Optional(Milliseconds),
    maxLoginFailures: Type.Optional(Type.Integer({ minimum: 1 })),
    lockMs: Type.Optional(Milliseconds),
    heartbeatMs: Type.Optional(Type.Integer({ minimum: 10 })),
  },
  closed,
);

export type CameraConfig = Static<typeof CameraConfig>;
