import type { Camera, Gate, SiteStatus } from "@portero/store";
import { describe, expect, it } from "vitest";
import { eventOf, GATE, NOW_MS, sighting } from "../desk/desk-fixtures.ts";
import { overviewOf } from "./overview.ts";

const cameras = [
  { id: "north", name: "Norte", active: true },
  { id: "south", name: "Sur", active: true },
  { id: "old", name: "Vieja", active: false },
] as Camera[];
const gates = [
  { id: GATE, name: "Portón" },
  { id: "back", name: "Trasero" },
] as Gate[];
const status = (reportedAtMs: number): SiteStatus => ({
  siteId: "site",
  reportedAtMs,
  worker: {},
  cameras: [
    { id: "north", state: "live", last_frame_at: new Date(reportedAtMs).toISOString() },
    { id: "south", state: "offline" },
  ],
  gates: [
    { id: GATE, state: "closed" },
    { id: "back", state: "forced_open" },
  ],
});
const now = (rest: Partial<Parameters<typeof overviewOf>[0]> = {}) =>
  overviewOf(
    {
      events: [],
      commands: new Map(),
      statuses: new Map([["site", status(NOW_MS - 1000)]]),
      onDuty: [],
      ...rest,
    },
    { cameras, gates },
    NOW_MS,
  );

describe("one condominium among several", () => {
  it("names the cameras and gates that need somebody", () => {
    expect(now()).toMatchObject({ silentCameras: ["Sur"], faultyGates: ["Trasero"] });
  });

  it("takes a site that says nothing for unknown, not for quiet (O1)", () => {
    const statuses = new Map([["site", status(NOW_MS - 60_000)]]);
    expect(now({ statuses })).toMatchObject({
      silentCameras: ["Norte", "Sur"],
      faultyGates: ["Portón", "Trasero"],
    });
    expect(now({ statuses: new Map() }).silentCameras).toEqual(["Norte", "Sur"]);
  });

  it("counts who waits, from the longest wait", () => {
    const events = [
      eventOf("a", "unknown_vehicle", sighting("1"), { occurredAtMs: NOW_MS - 20_000 }),
      eventOf("b", "access_denied", sighting("2"), { occurredAtMs: NOW_MS - 5_000 }),
      eventOf("c", "entry_refused", { alert_event_id: "b", reason: "no" }),
    ];
    expect(now({ events })).toMatchObject({ waiting: 1, waitingSinceMs: NOW_MS - 20_000 });
  });

  it("tells guards from those who only look, and nobody from unknown", () => {
    const person = (displayName: string, role: string) => ({
      userId: displayName,
      displayName,
      role,
      inHand: [],
    });
    expect(now({ onDuty: [person("Ana", "guard"), person("Carmen", "admin")] }).onDuty).toEqual([
      "Ana",
    ]);
    expect(now({ onDuty: null }).onDuty).toBeNull();
  });
});
