import type { CameraStatus, SiteStatus } from "@portero/store";
import { describe, expect, it } from "vitest";
import { NOW_MS } from "./desk-fixtures.ts";
import { cameraView, freshGateStatus, STATUS_LIMIT_MS } from "./gate-status.ts";

const at = (ms: number) => new Date(ms).toISOString();
const site = (ageMs: number, camera: Partial<CameraStatus> = {}): Map<string, SiteStatus> =>
  new Map([
    [
      "site",
      {
        siteId: "site",
        reportedAtMs: NOW_MS - ageMs,
        worker: {},
        cameras: [{ id: "c", state: "live", last_frame_at: at(NOW_MS - ageMs), ...camera }],
        gates: [{ id: "g", state: "closed" }],
      },
    ],
  ]);

describe("what a site reports (safety O1)", () => {
  it("is believed until its time is over", () => {
    expect(freshGateStatus(site(STATUS_LIMIT_MS), "g", NOW_MS)?.state).toBe("closed");
    expect(freshGateStatus(site(STATUS_LIMIT_MS + 1), "g", NOW_MS)).toBeUndefined();
  });

  it.each([
    ["sees", site(0), "live"],
    ["is unknown when its site is silent", site(STATUS_LIMIT_MS + 1), "unknown"],
    ["is unknown when no site speaks of it", new Map<string, SiteStatus>(), "unknown"],
    [
      "is stale when its frames stop, whatever it says",
      site(0, { last_frame_at: at(NOW_MS - 11_000) }),
      "stale",
    ],
    ["is stale when it never gave a frame", site(0, { last_frame_at: null }), "stale"],
    ["says that it is offline", site(0, { state: "offline" }), "offline"],
    ["says that its password is wrong", site(0, { state: "unauthorized" }), "unauthorized"],
  ])("a camera %s", (_name, statuses, kind) => {
    expect(cameraView(statuses, "c", NOW_MS).kind).toBe(kind);
  });

  it("keeps the time of the last frame of a camera that went silent", () => {
    expect(cameraView(site(20_000), "c", NOW_MS).lastFrameAtMs).toBe(NOW_MS - 20_000);
  });
});
