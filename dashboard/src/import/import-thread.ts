import type { ImportCall, ImportTasks } from "./import-worker.ts";

type Answer<T extends keyof ImportTasks> = Awaited<ReturnType<ImportTasks[T]>>;

/** The thread that reads and compares lists; `close` ends it. */
export interface ImportThread {
  ask<T extends keyof ImportTasks>(
    task: T,
    ...args: Parameters<ImportTasks[T]>
  ): Promise<Answer<T>>;
  close(): void;
}

export function startImportThread(): ImportThread {
  const worker = new Worker(new URL("./import-worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, PromiseWithResolvers<never>>();
  let ids = 0;
  worker.onmessage = ({ data }: MessageEvent<{ id: number; answer: never; failed?: string }>) => {
    const asked = waiting.get(data.id);
    if (data.failed === undefined) asked?.resolve(data.answer);
    else asked?.reject(new Error(data.failed));
    waiting.delete(data.id);
  };
  worker.onerror = (event) => {
    for (const { reject } of waiting.values()) reject(new Error(event.message));
    waiting.clear();
  };
  return {
    ask(task, ...args) {
      const id = ids++;
      const answer = Promise.withResolvers<never>();
      waiting.set(id, answer);
      worker.postMessage({ id, task, args } satisfies ImportCall);
      return answer.promise;
    },
    close: () => worker.terminate(),
  };
}
