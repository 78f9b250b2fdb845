import { describe, expect, it } from "vitest";
import {
  type Connection,
  type ConnectionEvent,
  initialConnection,
  nextConnection,
  RECONNECTING_LIMIT_MS,
  SILENCE_LIMIT_MS,
} from "./connection.ts";

const HEARD = 1000;
const NOW = 2000;

const states: Record<Connection["kind"], Connection> = {
  connecting: { kind: "connecting", sinceMs: HEARD },
  catching_up: { kind: "catching_up", remaining: 7, lastHeardAtMs: HEARD },
  live: { kind: "live", lastHeardAtMs: HEARD },
  reconnecting: { kind: "reconnecting", sinceMs: HEARD, lastHeardAtMs: HEARD },
  offline: { kind: "offline", sinceMs: HEARD, lastHeardAtMs: HEARD },
  access_removed: { kind: "access_removed" },
  signed_out: { kind: "signed_out", lastHeardAtMs: HEARD },
};

const events: Record<ConnectionEvent["type"], ConnectionEvent> = {
  joined: { type: "joined", nowMs: NOW },
  behind: { type: "behind", remaining: 3 },
  caught_up: { type: "caught_up", nowMs: NOW },
  heard: { type: "heard", nowMs: NOW },
  lost: { type: "lost", nowMs: NOW },
  network_gone: { type: "network_gone", nowMs: NOW },
  tick: { type: "tick", nowMs: NOW },
  access_removed: { type: "access_removed" },
  session_ended: { type: "session_ended" },
};

/** The whole machine: a row for each state, a column for each event, `=` where nothing changes. */
const table = `
                joined       behind       caught_up  heard  lost          network_gone  tick  access_removed  session_ended
connecting      catching_up  =            =          =      reconnecting  offline       =     access_removed  signed_out
catching_up     catching_up  catching_up  live       =      reconnecting  offline       =     access_removed  signed_out
live            catching_up  catching_up  live       live   reconnecting  offline       =     access_removed  signed_out
reconnecting    catching_up  =            reconnecting =    =             offline       =     access_removed  signed_out
offline         catching_up  =            offline    =      =             =             =     access_removed  signed_out
access_removed  catching_up  =            =          =      =             =             =     =               =
signed_out      catching_up  =            =          =      =             =             =     access_removed  =
`;

const [head = "", ...body] = table.trim().split("\n");
const columns = head.trim().split(/\s+/);
const transitions = body.flatMap((line) => {
  const [from = "", ...cells] = line.trim().split(/\s+/);
  return cells.map((to, index) => [from, columns[index] ?? "", to] as const);
});

describe("the connection", () => {
  it("has a transition for every state and event", () => {
    expect(transitions).toHaveLength(Object.keys(states).length * Object.keys(events).length);
  });

  it.each(transitions)("%s on %s → %s", (from, on, to) => {
    const state = states[from as Connection["kind"]];
    const next = nextConnection(state, events[on as ConnectionEvent["type"]]);
    if (to === "=") expect(next).toBe(state);
    else expect(next.kind).toBe(to);
  });

  it("begins by connecting", () => {
    expect(initialConnection(NOW)).toEqual({ kind: "connecting", sinceMs: NOW });
  });

  it.each([
    ["is live to the end of the permitted silence", "live", SILENCE_LIMIT_MS, "live"],
    ["no longer claims to be live after it", "live", SILENCE_LIMIT_MS + 1, "reconnecting"],
    [
      "says it is offline when reconnecting takes long",
      "reconnecting",
      RECONNECTING_LIMIT_MS + 1,
      "offline",
    ],
    [
      "says so too when the first join takes long",
      "connecting",
      RECONNECTING_LIMIT_MS + 1,
      "offline",
    ],
    ["may take any time to catch up", "catching_up", SILENCE_LIMIT_MS * 9, "catching_up"],
  ] as const)("%s", (_name, from, afterMs, to) => {
    expect(nextConnection(states[from], { type: "tick", nowMs: HEARD + afterMs }).kind).toBe(to);
  });

  it("keeps the age of what is shown through a loss and while joining again", () => {
    const lost = nextConnection(states.live, { type: "lost", nowMs: NOW });
    const joined = nextConnection(lost, { type: "joined", nowMs: NOW + 1 });
    expect([lost, joined]).toMatchObject([{ lastHeardAtMs: HEARD }, { lastHeardAtMs: HEARD }]);
  });

  it("knows how fresh the table's answer was while the channel is away", () => {
    expect(nextConnection(states.offline, events.caught_up)).toMatchObject({ lastHeardAtMs: NOW });
  });
});
