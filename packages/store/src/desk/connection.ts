/**
 * What the desk may say about its connection. Pure: (state, event) → state; live.ts does the input and output.
 * Only `live` may look green, and only while something was heard within `SILENCE_LIMIT_MS`.
 */
export type Connection =
  /** First join; nothing has been shown yet. */
  | { kind: "connecting"; sinceMs: number }
  /** Joined; `remaining` events are still to come from the table, null while that is not known. */
  | { kind: "catching_up"; remaining: number | null; lastHeardAtMs: number | null }
  | { kind: "live"; lastHeardAtMs: number }
  | { kind: "reconnecting"; sinceMs: number; lastHeardAtMs: number | null }
  /** Not reached for so long, or the device has no network: what is shown has the age of `lastHeardAtMs`. */
  | { kind: "offline"; sinceMs: number; lastHeardAtMs: number | null }
  /** The membership is gone: nothing of the tenant may stay on the screen. */
  | { kind: "access_removed" }
  /** The session has ended; logging in again heals it. */
  | { kind: "signed_out"; lastHeardAtMs: number | null };

export type ConnectionEvent =
  | { type: "joined"; nowMs: number }
  | { type: "behind"; remaining: number }
  | { type: "caught_up"; nowMs: number }
  /** A message or an answer from the server while joined. */
  | { type: "heard"; nowMs: number }
  | { type: "lost"; nowMs: number }
  | { type: "network_gone"; nowMs: number }
  | { type: "tick"; nowMs: number }
  | { type: "access_removed" }
  | { type: "session_ended" };

/** After this silence `live` would be a guess: the watchdog asks more often than that. */
export const SILENCE_LIMIT_MS = 20_000;
/** How long the desk speaks of reconnecting before it says that it is offline. */
export const RECONNECTING_LIMIT_MS = 10_000;

export function initialConnection(nowMs: number): Connection {
  return { kind: "connecting", sinceMs: nowMs };
}

const lastHeardAtMsOf = (state: Connection): number | null =>
  "lastHeardAtMs" in state ? state.lastHeardAtMs : null;

/** The next state. Returns the same object where nothing changes. */
export function nextConnection(state: Connection, event: ConnectionEvent): Connection {
  if (event.type === "access_removed") {
    return state.kind === "access_removed" ? state : { kind: "access_removed" };
  }
  if (event.type === "session_ended") {
    if (state.kind === "access_removed" || state.kind === "signed_out") return state;
    return { kind: "signed_out", lastHeardAtMs: lastHeardAtMsOf(state) };
  }
  if (event.type === "joined") {
    return { kind: "catching_up", remaining: null, lastHeardAtMs: lastHeardAtMsOf(state) };
  }
  switch (state.kind) {
    case "access_removed":
    case "signed_out":
      return state;
    case "connecting":
    case "reconnecting":
    case "offline":
      return whileAway(state, event);
    case "catching_up":
    case "live":
      return whileJoined(state, event);
  }
}

type Rest = Exclude<ConnectionEvent, { type: "access_removed" | "session_ended" | "joined" }>;

function whileJoined(
  state: Extract<Connection, { kind: "catching_up" | "live" }>,
  event: Rest,
): Connection {
  const { lastHeardAtMs } = state;
  switch (event.type) {
    case "behind":
      return { kind: "catching_up", remaining: event.remaining, lastHeardAtMs };
    case "caught_up":
      return { kind: "live", lastHeardAtMs: event.nowMs };
    case "heard":
      return state.kind === "live" ? { kind: "live", lastHeardAtMs: event.nowMs } : state;
    case "lost":
      return { kind: "reconnecting", sinceMs: event.nowMs, lastHeardAtMs };
    case "network_gone":
      return { kind: "offline", sinceMs: event.nowMs, lastHeardAtMs };
    case "tick":
      return state.kind === "live" && event.nowMs - state.lastHeardAtMs > SILENCE_LIMIT_MS
        ? { kind: "reconnecting", sinceMs: event.nowMs, lastHeardAtMs }
        : state;
  }
}

function whileAway(
  state: Extract<Connection, { kind: "connecting" | "reconnecting" | "offline" }>,
  event: Rest,
): Connection {
  switch (event.type) {
    case "lost":
      return state.kind === "connecting"
        ? { kind: "reconnecting", sinceMs: event.nowMs, lastHeardAtMs: null }
        : state;
    case "network_gone":
      return state.kind === "offline"
        ? state
        : { kind: "offline", sinceMs: event.nowMs, lastHeardAtMs: lastHeardAtMsOf(state) };
    case "caught_up":
      // The table answered although the channel is away: what is shown is as fresh as that, but not live.
      return state.kind === "connecting" ? state : { ...state, lastHeardAtMs: event.nowMs };
    case "tick":
      return state.kind !== "offline" && event.nowMs - state.sinceMs > RECONNECTING_LIMIT_MS
        ? { kind: "offline", sinceMs: state.sinceMs, lastHeardAtMs: lastHeardAtMsOf(state) }
        : state;
    case "behind":
    case "heard":
      return state;
  }
}
