import { parentPort, workerData } from "node:worker_threads";
import { JournalStore } from "./store.ts";

/** A call across the thread's border: a method of `JournalStore` and its arguments. */
export interface JournalCall {
  callId: number;
  method: Exclude<keyof JournalStore, "close">;
  args: unknown[];
}

export type JournalAnswer =
  | { callId: number; result: unknown }
  | { callId: number; error: { message: string; code: string | undefined; errcode: number } };

const { path } = workerData as { path: string };
const store = new JournalStore(path);

parentPort?.on("message", (call: JournalCall | "close") => {
  if (call === "close") {
    store.close();
    parentPort?.close();
    return;
  }
  try {
    const method = store[call.method] as (...args: unknown[]) => unknown;
    const result = method.apply(store, call.args);
    parentPort?.postMessage({ callId: call.callId, result } satisfies JournalAnswer);
  } catch (cause) {
    const { message, code, errcode } = cause as Error & { code?: string; errcode?: number };
    const error = { message, code, errcode: errcode ?? 0 };
    parentPort?.postMessage({ callId: call.callId, error } satisfies JournalAnswer);
  }
});
parentPort?.postMessage("ready");
