export { type AddressPolicy, createAddressPolicy } from "./address-policy.ts";
export type { AlertEvent, AlertPicture, PlateAlert, PlateArea } from "./alert-event.ts";
export { CredentialBudget } from "./credential-budget.ts";
export type { BarrierPosition, DeviceInfo, DeviceTime, IoState } from "./device-reads.ts";
export type { Credentials } from "./digest-session.ts";
export type {
  BarrierAction,
  DoorAction,
  GateCommandResult,
  RelayPulse,
  RelayRelease,
} from "./gate-commands.ts";
export { createIsapiDevice, type IsapiDevice, type IsapiDeviceOptions } from "./isapi-device.ts";
export { IsapiError, type IsapiErrorCode } from "./isapi-error.ts";
