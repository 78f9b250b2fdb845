export * from "./edge/edge-store.ts";
export * from "./edge/site-register.ts";
export { StoreError, type StoreErrorCode } from "./errors.ts";
