import { readFile } from "node:fs/promises";
import type { GatePosition } from "@portero/access";
import { poll } from "@portero/runtime";
import type { BarrierPort } from "./barrier-port.ts";
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
      if (!output) return false;
      await output.pulse(options.pulseMs);
      return true;
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

/** What the end switches say; `undefined` is a switch that is not there. */
export function positionOf(
  isClosed: boolean | undefined,
  isOpen: boolean | undefined,
): GatePosition {
  // Both ends at once is a broken wire, and a broken wire is no position.
  if (isClosed && isOpen) return "unknown";
  if (isClosed) return "closed";
  if (isOpen) return "open";
  if (isClosed === undefined && isOpen === undefined) return "unknown";
  if (isOpen === undefined) return "open";
  return isClosed === undefined ? "closed" : "moving";
}

async function readInput(path: string | undefined): Promise<boolean | undefined> {
  return path === undefined ? undefined : (await readFile(path, "utf8")).trim() === "1";
}
