import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { CtcMatrix, SecondOpinion } from "@portero/access";
import { AnprError } from "./anpr-error.ts";
import { createEngine, type Engine, type EngineOptions } from "./engine.ts";
import { cropPlate, shrinkFrame } from "./pictures.ts";
import type { Request, Response, Task } from "./protocol.ts";
import type { Recognition } from "./recognition.ts";

/** The recogniser's thread: it is given one task at a time. */
async function serve(port: NonNullable<typeof parentPort>, options: EngineOptions): Promise<void> {
  let engine: Engine;
  try {
    engine = await createEngine(options);
  } catch (error) {
    port.postMessage({ id: 0, error: plainError(error) } satisfies Response);
    return;
  }
  let underWay = Promise.resolve();

  async function work({ id, task }: { id: number; task: Task }): Promise<void> {
    try {
      const result = await perform(engine, task);
      port.postMessage({ id, result } satisfies Response, buffersOf(result));
    } catch (error) {
      port.postMessage({ id, error: plainError(error) } satisfies Response);
    } finally {
      // It was handed over to this thread alone: its memory is not left to the collector.
      (task.jpeg.buffer as ArrayBuffer).transfer(0);
    }
  }

  port.on("message", (request: Request) => {
    if (request === "end") void underWay.then(() => port.close());
    else underWay = work(request);
  });
  port.postMessage({ id: 0, result: null } satisfies Response);
  // A thread has a compile cache of its own, and leaves no sooner than it is written.
  flushCompileCache();
}

function perform(
  engine: Engine,
  task: Task,
): Promise<Recognition | boolean | SecondOpinion | Uint8Array | undefined> {
  switch (task.kind) {
    case "recognize":
      return engine.recognize(task.jpeg, task.options);
    case "glance":
      return engine.glance(task.jpeg, task.options);
    case "askSecond":
      return engine.askSecond(task.jpeg, task.plate, task.masks);
    case "cropPlate":
      return cropPlate(task.jpeg, task.box, task.masks);
    case "shrinkFrame":
      return shrinkFrame(task.jpeg, task.maxWidthPx, task.masks);
  }
}

/** The matrices of the reads are handed over, not copied. */
function buffersOf(result: unknown): ArrayBuffer[] {
  if (typeof result !== "object" || result === null || !("reads" in result)) return [];
  const { reads } = result as Recognition;
  return reads.flatMap(({ crops }) => crops.map((crop: CtcMatrix) => crop.buffer as ArrayBuffer));
}

function plainError(error: unknown): { code: AnprError["code"]; message: string } {
  if (error instanceof AnprError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "worker_died", message: `the recogniser failed: ${message}` };
}

if (parentPort) await serve(parentPort, workerData as EngineOptions);
