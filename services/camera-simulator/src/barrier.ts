/** Where the arm is and where it goes. */
export type BarrierPhase = "closed" | "opening" | "open" | "closing";

/** Something that happens to a barrier. */
export type BarrierInput =
  /** The relay closes: one more pulse, and the arm rises. It stays up until `relay_low`. */
  | "relay_high"
  | "relay_low"
  | "open"
  | "close"
  /** The arm keeps its place and heeds neither relay nor commands, though they are accepted. */
  | "lock"
  | "unlock"
  /** The arm cannot move: a broken motor, a bent arm. */
  | "jam"
  | "free"
  /** A vehicle stands under the arm; the safety loop keeps it up. */
  | "obstruct"
  | "clear";

/** A barrier at a moment. Immutable; everything but constants follows from `barrierAt`. */
export interface Barrier {
  readonly travelMs: number;
  /** From open to closing by itself, or null when only a command or a vehicle's passage closes it. */
  readonly autoCloseMs: number | null;
  /** Openness when the present movement began: 0 closed … 1 open. */
  readonly fromOpenness: number;
  readonly target: 0 | 1;
  readonly sinceMs: number;
  /** When it begins to close by itself. */
  readonly closesAtMs: number;
  readonly isLocked: boolean;
  readonly isJammed: boolean;
  readonly isRelayHigh: boolean;
  readonly isObstructed: boolean;
  /** Rising edges of the relay so far. */
  readonly pulses: number;
}

interface BarrierOptions {
  /** Between closed and open; default 1,500. */
  travelMs?: number;
  /** Default 12,000; null never closes by itself. */
  autoCloseMs?: number | null;
}

const NEVER_MS = Number.POSITIVE_INFINITY;

/** A closed barrier at rest. */
export function createBarrier(options: BarrierOptions = {}): Barrier {
  return {
    travelMs: options.travelMs ?? 1_500,
    autoCloseMs: options.autoCloseMs === undefined ? 12_000 : options.autoCloseMs,
    fromOpenness: 0,
    target: 0,
    sinceMs: Number.NEGATIVE_INFINITY,
    closesAtMs: NEVER_MS,
    isLocked: false,
    isJammed: false,
    isRelayHigh: false,
    isObstructed: false,
    pulses: 0,
  };
}

/** The arm at `nowMs`, which must not run backwards between calls; any clock in milliseconds will do. */
export function barrierAt(
  barrier: Barrier,
  nowMs: number,
): { phase: BarrierPhase; openness: number } {
  const settled = settledAt(barrier, nowMs);
  const openness = opennessAt(settled, nowMs);
  if (openness === settled.target) return { phase: openness === 1 ? "open" : "closed", openness };
  return { phase: settled.target === 1 ? "opening" : "closing", openness };
}

/** The barrier after something happened to it. Pure. */
export function changeBarrier(barrier: Barrier, input: BarrierInput, nowMs: number): Barrier {
  const now = settledAt(barrier, nowMs);
  switch (input) {
    case "relay_high": {
      if (now.isRelayHigh) return now;
      const raised = now.isLocked ? now : towards(now, 1, nowMs);
      return { ...raised, isRelayHigh: true, pulses: now.pulses + 1 };
    }
    case "relay_low":
      return { ...now, isRelayHigh: false, closesAtMs: Math.max(now.closesAtMs, nowMs) };
    case "open":
      return now.isLocked ? now : towards(now, 1, nowMs);
    case "close":
      if (now.isLocked) return now;
      if (isKeptUp(now)) return { ...now, closesAtMs: nowMs };
      return towards(now, 0, nowMs);
    case "lock":
      return { ...frozenAt(now, nowMs), isLocked: true, closesAtMs: NEVER_MS };
    case "unlock":
      return { ...frozenAt(now, nowMs), isLocked: false, closesAtMs: closingTime(now, nowMs) };
    case "jam":
      return { ...frozenAt(now, nowMs), isJammed: true };
    case "free":
      return { ...frozenAt(now, nowMs), isJammed: false };
    case "obstruct":
      return { ...now, isObstructed: true };
    case "clear":
      return { ...now, isObstructed: false, closesAtMs: Math.max(now.closesAtMs, nowMs) };
  }
}

function towards(barrier: Barrier, target: 0 | 1, nowMs: number): Barrier {
  const turned = { ...frozenAt(barrier, nowMs), target };
  return { ...turned, closesAtMs: target === 1 ? closingTime(turned, nowMs) : NEVER_MS };
}

function closingTime({ target, autoCloseMs, travelMs }: Barrier, nowMs: number): number {
  return target === 1 && autoCloseMs !== null ? nowMs + travelMs + autoCloseMs : NEVER_MS;
}

function frozenAt(barrier: Barrier, nowMs: number): Barrier {
  return { ...barrier, fromOpenness: opennessAt(barrier, nowMs), sinceMs: nowMs };
}

function opennessAt(barrier: Barrier, nowMs: number): number {
  const { fromOpenness, target, sinceMs, travelMs, isJammed } = barrier;
  if (isJammed || (barrier.isLocked && fromOpenness !== target)) return fromOpenness;
  const moved = travelMs <= 0 ? 1 : Math.max(0, nowMs - sinceMs) / travelMs;
  return target === 1 ? Math.min(1, fromOpenness + moved) : Math.max(0, fromOpenness - moved);
}

/** Lets the closing begin that is due by now. */
function settledAt(barrier: Barrier, nowMs: number): Barrier {
  const { closesAtMs } = barrier;
  if (nowMs < closesAtMs || isKeptUp(barrier) || barrier.isLocked) return barrier;
  return { ...frozenAt(barrier, closesAtMs), target: 0, closesAtMs: NEVER_MS };
}

function isKeptUp({ isRelayHigh, isObstructed }: Barrier): boolean {
  return isRelayHigh || isObstructed;
}
