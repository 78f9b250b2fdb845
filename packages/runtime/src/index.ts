export { ConfigError, loadConfig, Secret } from "./config.ts";
export { createLog, type Log, type LogOptions } from "./log.ts";
export { type Alarm, createAlarm, type PollOptions, poll, type Tick } from "./poll.ts";
export { freePort, holdPort } from "./ports.ts";
export { LEAN_PROCESS, type ProcessOptions, runProcess } from "./process.ts";
export { type WatchdogOptions, watchdog } from "./watchdog.ts";
