/** A picture given by a test or a bench. */
export interface PushedFrame {
  jpeg: Uint8Array;
  /** How long it stays in view after it was first asked for; 0 is shown once. */
  holdMs: number;
  /** Told in the history when it is shown. */
  label: string;
}

/** Pictures to show instead of the lane. None is lost: its time begins when it is first asked for. */
export class FrameQueue {
  #frames: (PushedFrame & { shownAtMs: number | null })[] = [];

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
    const isOver = ({ shownAtMs, holdMs }: { shownAtMs: number | null; holdMs: number }) =>
      shownAtMs !== null && nowMs - shownAtMs >= holdMs;
    return this.#frames.find((frame) => !isOver(frame)) ?? null;
  }

  /** The frame to show at `nowMs`, or null when there is none. */
  show(nowMs: number): PushedFrame | null {
    const [head] = this.#frames;
    if (!head) return null;
    if (head.shownAtMs === null) {
      head.shownAtMs = nowMs;
      return head;
    }
    if (nowMs - head.shownAtMs < head.holdMs) return head;
    this.#frames.shift();
    return this.show(nowMs);
  }
}
