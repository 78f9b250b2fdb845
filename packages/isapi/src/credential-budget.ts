import { IsapiError } from "./isapi-error.ts";

interface CredentialBudgetOptions {
  /** Failures already seen with this very password, e.g. before a restart. */
  failures?: number;
  /** Told whenever the number of failures changes, so that it can outlive the process. */
  onChange?: (failures: number) => void;
  /** Monotonic milliseconds. */
  nowMs?: () => number;
}

/** Devices lock the account at about five failures, its web page included: stay well below. */
const MAX_FAILURES = 2;
const DEFAULT_LOCK_MS = 30 * 60_000;

/**
 * Keeps us from locking a camera's account: after the second refusal of the same password nothing
 * with credentials is sent again until a person changes it, which takes a new budget.
 * Whatever talks to one device shares one budget.
 */
export class CredentialBudget {
  readonly #onChange: (failures: number) => void;
  readonly #nowMs: () => number;
  #failures: number;
  #lockedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: CredentialBudgetOptions = {}) {
    this.#failures = options.failures ?? 0;
    this.#onChange = options.onChange ?? (() => {});
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  /** No request may carry this password any more. */
  get isSpent(): boolean {
    return this.#failures >= MAX_FAILURES;
  }

  /** @throws {IsapiError} `unauthorized` when spent, `locked_out` while the device's lock lasts */
  assertUsable(): void {
    if (this.isSpent) {
      throw new IsapiError(
        "unauthorized",
        "the device refused this user name and password twice; change them to try again",
      );
    }
    const waitMs = this.#lockedUntilMs - this.#nowMs();
    if (waitMs > 0) {
      throw new IsapiError("locked_out", "the device has locked the account", {
        retryAfterMs: Math.ceil(waitMs),
      });
    }
  }

  recordSuccess(): void {
    this.#change(0);
  }

  recordRefusal(): void {
    this.#change(this.#failures + 1);
  }

  /** The device itself says the account is locked. Somebody else may have caused it, so it is no verdict on our password. */
  recordLock(unlockAfterMs: number | null): void {
    const waitMs = unlockAfterMs && unlockAfterMs > 0 ? unlockAfterMs : DEFAULT_LOCK_MS;
    this.#lockedUntilMs = this.#nowMs() + Math.min(waitMs, DEFAULT_LOCK_MS);
  }

  #change(failures: number): void {
    if (failures === this.#failures) return;
    this.#failures = failures;
    this.#onChange(failures);
  }
}
