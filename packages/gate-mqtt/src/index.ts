export {
  type ActuatorResult,
  type CommandLedger,
  createGateEndpoint,
  type GateEndpoint,
  type GateEndpointOptions,
} from "./gate-endpoint.ts";
export { GateError, type GateErrorCode } from "./gate-error.ts";
export {
  type CommandRequest,
  createMqttGate,
  type MqttGate,
  type MqttGateOptions,
} from "./mqtt-gate.ts";
export type { BrokerAddress } from "./mqtt-link.ts";
export { createShellyRelay, type ShellyRelay, type ShellyRelayOptions } from "./shelly-relay.ts";
export { type GateRights, rightsOf, topicsOf } from "./topics.ts";
