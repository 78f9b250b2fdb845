export { type Backoff, backoffMs } from "./backoff.ts";
export * from "./decision.ts";
export * from "./events.ts";
export * from "./feed.ts";
export * from "./register.ts";
export * from "./schedule.ts";
