export { type Backoff, backoffMs } from "./backoff.ts";
