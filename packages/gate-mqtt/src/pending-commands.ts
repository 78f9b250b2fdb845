import { setTimeout as sleep } from "node:timers/promises";
import type { GateOutcome } from "@portero/access";

const REMEMBERED_IDS = 1_000;

/** Commands that wait for their answer, and the ids that were ever sent from here. */
export class PendingCommands {
  readonly #waiting = new Map<string, (outcome: GateOutcome) => void>();
  readonly #admitted = new Set<string>();

  /** Whether this id may be sent: once. */
  admit(id: string): boolean {
    if (this.#admitted.has(id)) return false;
    this.#admitted.add(id);
    if (this.#admitted.size > REMEMBERED_IDS) {
      for (const oldest of this.#admitted.values().take(1)) this.#admitted.delete(oldest);
    }
    return true;
  }

  /** The outcome of a command that is about to be sent: `unknown` when nothing is heard in time. */
  async wait(id: string, timeoutMs: number, signal: AbortSignal): Promise<GateOutcome> {
    const answered = new AbortController();
    const answer = new Promise<GateOutcome>((resolve) => this.#waiting.set(id, resolve));
    const silence = sleep(timeoutMs, undefined, {
      signal: AbortSignal.any([signal, answered.signal]),
    })
      .then(() => "no answer came in time")
      .catch(() => "given up before an answer came")
      .then((detail): GateOutcome => ({ kind: "unknown", detail }));
    const outcome = await Promise.race([answer, silence]);
    this.#waiting.delete(id);
    answered.abort();
    return outcome;
  }

  /** The first word about a command counts; later ones, and those about strangers, change nothing. */
  settle(id: string, outcome: GateOutcome): void {
    this.#waiting.get(id)?.(outcome);
  }
}
