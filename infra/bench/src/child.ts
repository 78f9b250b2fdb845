import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of its own, so that its work and its memory are not the bench's. */
export interface Child<Question, Answer> {
  /** One at a time. */
  ask(question: Question): Promise<Answer>;
  stop(): void;
}

/** How Node is started: its own flags, and what is added to the environment. */
export interface StartedAs {
  execArgv: readonly string[];
  env: Record<string, string>;
}

/** Starts a module that answers with `answerParent`; its path is relative to this folder. */
export function startChild<Question extends object, Answer>(
  module: string,
  startedAs?: StartedAs,
): Child<Question, Answer> {
  const child: ChildProcess = fork(fileURLToPath(new URL(module, import.meta.url)), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    ...(startedAs && { execArgv: [...startedAs.execArgv] }),
    env: { ...process.env, ...startedAs?.env },
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${module} ended with ${code}`);
  });
  ended.catch(() => {});
  return {
    async ask(question) {
      child.send(question);
      const [answer] = await Promise.race([once(child, "message"), ended]);
      return answer as Answer;
    },
    stop: () => void child.kill(),
  };
}

/** Answers what the parent asks. A failure ends the process, which tells the parent. */
export function answerParent<Question, Answer>(
  answer: (question: Question) => Promise<Answer>,
): void {
  process.on("message", (question: Question) => {
    answer(question).then(
      (answered) => process.send?.(answered ?? null),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

/** The same in all processes of this machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
