import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { JournalError, type JournalErrorCode } from "./records.ts";
import type { JournalStore } from "./store.ts";
import type { JournalAnswer, JournalCall } from "./thread.ts";

type Method = JournalCall["method"];
type Promised = {
  [M in Method]: (...args: Parameters<JournalStore[M]>) => Promise<ReturnType<JournalStore[M]>>;
};

/** The edge journal: every answer means that the step is on disk (fsync). @throws {JournalError} */
export interface Journal extends Promised {
  close(): Promise<void>;
}

// Extended result codes of SQLite: https://sqlite.org/rescode.html; the low byte is the kind.
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

function codeOf(errcode: number): JournalErrorCode {
  const kind = errcode & 0xff;
  if (kind === SQLITE_FULL) return "full";
  if (kind === SQLITE_BUSY) return "in_use";
  if (kind === SQLITE_CORRUPT || kind === SQLITE_NOTADB) return "corrupt";
  return "io";
}

/** Opens the journal at `path` in a thread of its own; the folder must exist. @throws {JournalError} */
export async function openJournal(path: string): Promise<Journal> {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: { path } });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastCallId = 0;
  let closed: JournalError | undefined;

  const failAll = (error: JournalError) => {
    closed = error;
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  };
  try {
    // `once` rejects when the thread fails to open the file.
    await once(worker, "message");
  } catch (cause) {
    const { errcode = 0, message } = cause as Error & { errcode?: number };
    const code = codeOf(errcode);
    const why = code === "in_use" ? "another worker is using it" : message;
    throw new JournalError(code, `cannot open the journal ${path}: ${why}`, { cause });
  }
  worker.on("error", (cause) =>
    failAll(
      new JournalError("io", `the journal's thread ended: ${(cause as Error).message}`, { cause }),
    ),
  );
  worker.on("exit", () => failAll(closed ?? new JournalError("closed", "the journal is closed")));
  worker.on("message", (answer: JournalAnswer) => {
    const call = waiting.get(answer.callId);
    waiting.delete(answer.callId);
    if ("error" in answer) {
      const { message, errcode } = answer.error;
      call?.reject(
        new JournalError(codeOf(errcode), `the journal ${path} cannot be written: ${message}`),
      );
    } else call?.resolve(answer.result);
  });

  const call =
    (method: Method) =>
    (...args: unknown[]) =>
      new Promise<unknown>((resolve, reject) => {
        if (closed) return reject(closed);
        const callId = ++lastCallId;
        waiting.set(callId, { resolve, reject });
        worker.postMessage({ callId, method, args } satisfies JournalCall);
      });

  const methods: Method[] = [
    "record",
    "markFiring",
    "interrupted",
    "probe",
    "lastFiring",
    "hasCommand",
    "openAlerts",
    "isAlertOpen",
    "uncountedUses",
    "outbox",
    "delivered",
    "quarantine",
    "oldestPicture",
    "pictureDelivered",
    "stats",
    "saveRegister",
    "loadRegister",
    "loginFailures",
    "saveLoginFailures",
    "tidy",
  ];
  return {
    ...(Object.fromEntries(methods.map((method) => [method, call(method)])) as unknown as Promised),
    async close() {
      if (closed) return;
      closed = new JournalError("closed", "the journal is closed");
      worker.postMessage("close");
      await once(worker, "exit");
    },
  };
}
