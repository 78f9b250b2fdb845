import type { GatePosition } from "@portero/access";
import { type BrokerAddress, createMqttGate } from "@portero/gate-mqtt";
import type { Log } from "@portero/runtime";
import type { Actuator } from "@portero/store";
import type { Gate } from "./gate.ts";

/** A gate whose controller listens on MQTT. @throws {GateError} `invalid_key` */
export function createMqttSiteGate(
  gate: { id: string; name: string },
  actuator: Extract<Actuator, { kind: "mqtt" }>,
  key: string,
  broker: BrokerAddress,
  log: Log,
): Gate {
  let tell: (position: GatePosition) => void = () => {};
  const mqtt = createMqttGate({
    gateId: gate.id,
    key,
    broker,
    onPosition: (position) => tell(position),
    onFailure: (err, waitMs) =>
      log.warn({ err, waitMs, gateId: gate.id }, "the gate's broker is away"),
  });
  return {
    id: gate.id,
    name: gate.name,
    hasPositionInput: actuator.has_position ?? true,
    command: (order, signal) => mqtt.command(order, signal),
    async watch(onPosition, signal) {
      tell = onPosition;
      await mqtt.run(signal);
    },
    // The pulse's length, and the output's level at power-up, belong to the controller.
    settle: async () => {},
  };
}
