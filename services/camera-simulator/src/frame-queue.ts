/** A picture given by a test or a bench. */
export interface PushedFrame {
  jpeg: Uint8Array;
  /** How long it stays in view after it was first asked for; 0 is shown once. */
  holdMs: number;
  /** Told in the history when it is shown. */
  label: string;
}

interface QueuedFrame extends PushedFrame {
  shownAtMs: number | null;
}

/** Pictures to show instead of the lane. None is lost: its time begins when it is first asked for. */
export class FrameQueue {
  #frames: QueuedFrame[] = [];

  push(frame: PushedFrame): void {
    this.#frames.push({ ...frame, shownAtMs: null });
  }

  clear(): void {
    this.#frames = [];
  }

  get length(): number {
    return this.#frames.length;
  }

  /** What `show` would give, without its time beginning. */
  peek(nowMs: number): PushedFrame | null {
    return this.#current(nowMs) ?? null;
  }

  /** The frame to show at `nowMs`, or null when there is none. */
  show(nowMs: number): PushedFrame | null {
    const current = this.#current(nowMs);
    this.#frames = current ? this.#frames.slice(this.#frames.indexOf(current)) : [];
    if (!current) return null;
    current.shownAtMs ??= nowMs;
    return current;
  }

  /** The first whose time is not over. */
  #current(nowMs: number): QueuedFrame | undefined {
    return this.#frames.find(
      ({ shownAtMs, holdMs }) => shownAtMs === null || nowMs - shownAtMs < holdMs,
    );
  }
}
