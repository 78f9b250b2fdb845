import { ConfigError, Secret } from "@portero/runtime";
import { type Static, Type } from "typebox";
import { BrokerAccount } from "./broker.ts";

const Path = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

/** What a gate's controller is told; `brokerUrl` comes from `BROKER_URL`. */
export const ControllerConfig = Type.Object({
  gateId: Type.String({
    pattern: "^[0-9a-f-]{36}$",
    description: "the id of the gate this box moves",
  }),
  gateKey: Secret({ minLength: 32, description: "shared with the site's worker" }),
  brokerUrl: Type.String({ pattern: "^mqtts?://", description: "mqtt://host:1883 or mqtts://" }),
  brokerUsername: Type.Optional(Type.String()),
  brokerPassword: Type.Optional(Secret()),
  dataDir: Type.String({
    default: ".portero/gate",
    description: "where carried-out commands are kept",
  }),
  pulseMs: Type.Integer({ default: 500, minimum: 100, maximum: 5_000 }),
  openOutput: Path("file of the output that opens, such as /sys/class/gpio/gpio17/value"),
  closeOutput: Path("file of the output that closes, where the barrier has one"),
  outputActiveLow: Type.Boolean({ default: false }),
  closedInput: Path("file that reads 1 while the arm is down"),
  openInput: Path("file that reads 1 while the arm is up"),
  shellyDevice: Type.Optional(
    Type.String({
      pattern: "^[\\w-]{1,60}(/[\\w-]{1,60})*$",
      description: "topic prefix of a Shelly relay, second generation or later",
    }),
  ),
  shellySwitch: Type.Integer({ default: 0, minimum: 0, maximum: 9 }),
  shellyClosedInput: Type.Optional(Type.Integer({ minimum: 0, maximum: 199 })),
  shellyOpenInput: Type.Optional(Type.Integer({ minimum: 0, maximum: 199 })),
  shellyBrokerUrl: Type.Optional(
    Type.String({ pattern: "^mqtts?://", description: "the relay's own broker" }),
  ),
  shellyBrokerUsername: Type.Optional(Type.String()),
  shellyBrokerPassword: Type.Optional(Secret()),
  simulatorUrl: Type.Optional(Type.String({ pattern: "^http://" })),
  simulatorToken: Type.Optional(Secret()),
  simulatorCamera: Type.Optional(Type.String()),
  simulated: Type.Boolean({ default: false, description: "a barrier that is not there" }),
  logLevel: Type.String({ default: "info" }),
});
export type ControllerConfig = Static<typeof ControllerConfig>;

/** What the embedded broker is told. */
export const BrokerConfig = Type.Object({
  brokerAccounts: Type.Array(BrokerAccount, { minItems: 1 }),
  brokerPort: Type.Integer({ default: 1_883, minimum: 0, maximum: 65_535 }),
  brokerHost: Type.String({ default: "127.0.0.1" }),
  logLevel: Type.String({ default: "info" }),
});

/** The one barrier that was chosen. @throws {ConfigError} when none or several were */
export function chosenBarrier({
  openOutput,
  shellyDevice,
  simulated,
  simulatorUrl,
}: ControllerConfig):
  | { kind: "gpio"; openOutput: string }
  | { kind: "shelly"; device: string }
  | { kind: "simulated" } {
  const isSimulated = simulated || simulatorUrl !== undefined;
  const chosen = [openOutput !== undefined, shellyDevice !== undefined, isSimulated];
  if (chosen.filter(Boolean).length > 1) {
    const several = "OPEN_OUTPUT, SHELLY_DEVICE and a simulated barrier exclude each other";
    throw new ConfigError([`${several}: one gate has one actuator`]);
  }
  if (openOutput !== undefined) return { kind: "gpio", openOutput };
  if (shellyDevice !== undefined) return { kind: "shelly", device: shellyDevice };
  if (isSimulated) return { kind: "simulated" };
  throw new ConfigError([
    "OPEN_OUTPUT is missing: the file of the output that opens; or SHELLY_DEVICE, or SIMULATED=true",
  ]);
}
