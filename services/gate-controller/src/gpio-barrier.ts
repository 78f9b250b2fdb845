import { readFile } from "node:fs/promises";
import type { GatePosition } from "@portero/access";
import { poll } from "@portero/runtime";
import type { BarrierPort } from "./barrier-port.ts";
import { positionOf } from "./end-switches.ts";
import { type GuardedOutput, type OutputFile, openGuardedOutput } from "./guarded-output.ts";

/** A barrier that hangs on files which the kernel makes of pins, such as `/sys/class/gpio/gpio17/value`. */
export interface GpioBarrierOptions {
  open: OutputFile;
  close?: OutputFile;
  pulseMs: number;
  /** Reads 1 while the arm is down. */
  closedInputPath?: string;
  /** Reads 1 while the arm is up. */
  openInputPath?: string;
  onFailure: (error: unknown, waitMs: number) => void;
}

const READ_EVERY_MS = 50;

/** A real barrier on output and input files. Nothing is touched before `run`. */
export function createGpioBarrier(options: GpioBarrierOptions): BarrierPort {
  const outputs = new Map<"open" | "close", GuardedOutput>();
  return {
    async actuate(action) {
      const output = outputs.get(action);
      if (!output) return "unsupported";
      await output.pulse(options.pulseMs);
      return "done";
    },

    async run(onPosition, signal) {
      try {
        outputs.set("open", await openGuardedOutput(options.open));
        if (options.close) outputs.set("close", await openGuardedOutput(options.close));
        await poll(async () => onPosition(await readPosition(options)), {
          everyMs: READ_EVERY_MS,
          backoff: { baseMs: 200, maxMs: 2_000 },
          signal,
          onFailure: (error, _attempt, waitMs) => {
            onPosition("unknown");
            options.onFailure(error, waitMs);
          },
        });
      } finally {
        await Promise.all([...outputs.values()].map((output) => output.close()));
        outputs.clear();
      }
    },
  };
}

async function readPosition({
  closedInputPath,
  openInputPath,
}: GpioBarrierOptions): Promise<GatePosition> {
  return positionOf(await readInput(closedInputPath), await readInput(openInputPath));
}

async function readInput(path: string | undefined): Promise<boolean | undefined> {
  return path === undefined ? undefined : (await readFile(path, "utf8")).trim() === "1";
}
