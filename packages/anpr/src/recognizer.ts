import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { PlateFormat } from "@portero/access";
import { AnprError } from "./anpr-error.ts";
import type { EngineOptions } from "./engine.ts";
import { MODELS_DIR } from "./models.ts";
import type { Request, Response, Task } from "./protocol.ts";
import type { Recognition, Recognizer, SecondEngine } from "./recognition.ts";
import { Turns } from "./turns.ts";

export interface RecognizerOptions {
  /** The plate formats of the site; none leaves every read untouched. */
  formats: readonly PlateFormat[];
  /** Folder with `models.json` and the weights; by default those of this package. */
  modelsDir?: string;
  secondEngine?: SecondEngine;
  /** Threads side by side; one reads about 25 frames a second. */
  threads?: number;
  /** Longest work on one task; a thread that takes longer hangs. */
  timeoutMs?: number;
}

/** Ending a thread within native code may end the whole process, and a busy machine is slow: only a hang takes this long. */
const DEFAULT_TIMEOUT_MS = 20_000;
const END_WITHIN_MS = 2000;

/**
 * Starts the recogniser's threads and waits until the networks are loaded and warm. Frames of one camera
 * always go to the same thread. A thread that dies or hangs is replaced; the calls it held fail.
 * @throws {AnprError} `model_missing`, `model_corrupt`, `model_incompatible`, `engine_missing`
 */
export async function createRecognizer(options: RecognizerOptions): Promise<Recognizer> {
  const { formats, modelsDir = MODELS_DIR, secondEngine = "off" } = options;
  const { threads: count = 1, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const engineOptions: EngineOptions = { formats, modelsDir, secondEngine };
  const threads = Array.from(
    { length: count },
    () => new RecognizerThread(engineOptions, timeoutMs),
  );
  try {
    await Promise.all(threads.map((thread) => thread.ready()));
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.close()));
    throw error;
  }
  const threadOf = (camera: string | undefined) =>
    (camera === undefined ? undefined : threads[hashOf(camera) % count]) ?? leastBusy(threads);

  return {
    secondEngine,
    recognize: (jpeg, recognizeOptions = {}, signal) =>
      threadOf(recognizeOptions.scene?.camera).ask<Recognition>(
        { kind: "recognize", jpeg, options: recognizeOptions },
        signal,
      ),
    glance: (jpeg, glanceOptions, signal) =>
      threadOf(glanceOptions.camera).ask({ kind: "glance", jpeg, options: glanceOptions }, signal),
    askSecond: (jpeg, { box, lines }, masks, signal) =>
      leastBusy(threads).ask({ kind: "askSecond", jpeg, plate: { box, lines }, masks }, signal),
    cropPlate: (jpeg, box, masks, signal) =>
      leastBusy(threads).ask({ kind: "cropPlate", jpeg, box, masks }, signal),
    shrinkFrame: (jpeg, maxWidthPx, masks, signal) =>
      leastBusy(threads).ask({ kind: "shrinkFrame", jpeg, maxWidthPx, masks }, signal),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

interface Call {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** A task that waits for its turn in the thread. */
interface Waiting extends Call {
  task: Task;
  /** On the monotonic clock. */
  askedAtMs: number;
}

/** One worker thread, which does one task at a time, and the calls that wait for it. */
class RecognizerThread {
  readonly #options: EngineOptions;
  readonly #timeoutMs: number;
  readonly #turns = new Turns<Waiting>();
  readonly #calls = new Map<number, Call>();
  #worker: Worker | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(options: EngineOptions, timeoutMs: number) {
    this.#options = options;
    this.#timeoutMs = timeoutMs;
  }

  get waiting(): number {
    return this.#turns.length + this.#calls.size;
  }

  /** Starts the thread and resolves when it answers. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#calls.set(0, { resolve: () => resolve(), reject });
      this.#start();
    });
  }

  ask<Result>(task: Task, signal?: AbortSignal): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new AnprError("closed", "the recogniser is closed"));
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise<Result>((resolve, reject) => {
      const abandon = () => {
        this.#turns.remove(waiting);
        reject(signal?.reason);
      };
      const settled = () => signal?.removeEventListener("abort", abandon);
      const waiting: Waiting = {
        task,
        askedAtMs: performance.now(),
        resolve: (result) => {
          settled();
          resolve(result as Result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener("abort", abandon, { once: true });
      this.#turns.add(waiting);
      this.#next();
    });
  }

  /** Gives the thread its next task, if it has none. */
  #next(): void {
    if (this.#calls.size > 0 || this.#isClosed) return;
    const nowMs = performance.now();
    const { turn, stale } = this.#turns.next(nowMs);
    for (const { reject } of stale)
      reject(new AnprError("stale", "more frames than this machine can look at: one was dropped"));
    if (turn) this.#perform(turn, nowMs - turn.askedAtMs);
  }

  #perform({ task, resolve, reject }: Waiting, waitMs: number): void {
    const worker = this.#worker ?? this.#start();
    this.#lastId += 1;
    const id = this.#lastId;
    const timer = setTimeout(() => {
      this.#calls.delete(id);
      reject(new AnprError("timeout", `no answer from the recogniser in ${this.#timeoutMs} ms`));
      this.#replace(worker, new AnprError("worker_died", "the recogniser hung and was restarted"));
    }, this.#timeoutMs);
    this.#calls.set(id, {
      resolve: (result) => {
        clearTimeout(timer);
        if (task.kind === "recognize") {
          const recognition = result as Recognition;
          recognition.timings.waitMs = waitMs;
          if (task.options.scene) this.#turns.learn(task.options.scene.camera, recognition);
        }
        resolve(result);
      },
      reject: (error) => {
        clearTimeout(timer);
        reject(error);
      },
    });
    // A copy of its own to hand over: `slice` of a Buffer would share the caller's memory.
    const owned = new Uint8Array(task.jpeg);
    const request: Request = { id, task: { ...task, jpeg: owned } };
    worker.postMessage(request, [owned.buffer]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const reason = new AnprError("closed", "the recogniser was closed");
    this.#failUnderWay(reason);
    for (const waiting of this.#turns.clear()) waiting.reject(reason);
    const worker = this.#worker;
    this.#worker = undefined;
    if (!worker) return;
    // Terminating a thread within native code aborts the whole process: let the task under way end.
    const ended = once(worker, "exit");
    worker.postMessage("end" satisfies Request);
    const timer = setTimeout(() => void worker.terminate(), END_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./thread.ts", import.meta.url), {
      workerData: this.#options,
    });
    this.#worker = worker;
    worker.on("message", (response: Response) => this.#settle(response));
    worker.on("error", (cause) => {
      this.#replace(
        worker,
        new AnprError("worker_died", "the recogniser's thread died", { cause }),
      );
    });
    worker.on("exit", () => {
      this.#replace(worker, new AnprError("worker_died", "the recogniser's thread ended"));
    });
    return worker;
  }

  #settle(response: Response): void {
    const call = this.#calls.get(response.id);
    this.#calls.delete(response.id);
    if ("error" in response) {
      const error = new AnprError(response.error.code, response.error.message);
      call?.reject(error);
      if (response.id === 0 && this.#worker) this.#replace(this.#worker, error);
    } else {
      call?.resolve(response.result);
    }
    this.#next();
  }

  /** Drops a thread and the task it had; the next one starts another. */
  #replace(worker: Worker, reason: AnprError): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failUnderWay(reason);
    void worker.terminate();
    this.#next();
  }

  #failUnderWay(reason: AnprError): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(reason);
  }
}

function leastBusy(threads: readonly RecognizerThread[]): RecognizerThread {
  return threads.reduce((a, b) => (b.waiting < a.waiting ? b : a));
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash;
}
