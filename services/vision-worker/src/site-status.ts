import type { GateKind } from "@portero/access";
import type { CameraState } from "./camera-watch.ts";
import type { Journal } from "./journal/journal.ts";
import { JournalError } from "./journal/records.ts";
import type { LiveView } from "./live-view.ts";
import type { Metrics } from "./metrics.ts";
import type { RegisterCache } from "./register-cache.ts";
import type { ServerClock } from "./server-clock.ts";
import type { Site } from "./site.ts";

/** `site_status.status` as the desk reads it: a type, not an interface, so that it counts as JSON. Times are RFC 3339. */
export type SiteStatus = {
  worker: {
    started_at: string;
    backlog_events: number;
    backlog_snapshots: number;
    quarantined_events: number;
    register_version: number | null;
    register_age_ms: number | null;
    clock_offset_ms: number | null;
    /** What keeps vehicles from being admitted, in a word; null when nothing does. */
    fault: string | null;
  };
  cameras: {
    id: string;
    state: CameraState;
    last_frame_at: string | null;
    /** When the picture under the camera's live name was taken; null while nobody has looked. */
    picture_at: string | null;
    fps: number;
    clock_skew_ms: number | null;
    detail: string | null;
    lane: "quiet" | "vehicle";
  }[];
  gates: { id: string; state: GateKind; since: string; has_position: boolean }[];
};

/** How the site is now. */
export async function siteStatus(of: {
  site: Site | undefined;
  live: Pick<LiveView, "pictureAtMs">;
  journal: Journal;
  register: RegisterCache;
  clock: ServerClock;
  metrics: Metrics;
  startedAtMs: number;
}): Promise<SiteStatus> {
  const { site, live, journal, register, clock, metrics, startedAtMs } = of;
  const known = register.current();
  let stats = { events: 0, quarantined: 0, pictures: 0 };
  let fault: string | null = known ? null : "no_register";
  try {
    stats = await journal.stats();
    for (const [kind, count] of Object.entries(stats)) metrics.backlog.set({ kind }, count);
    await journal.probe(Date.now());
  } catch (err) {
    fault = err instanceof JournalError ? `journal_${err.code}` : "journal_io";
  }
  const rfc = (ms: number) => new Date(ms).toISOString();
  return {
    worker: {
      started_at: rfc(startedAtMs),
      backlog_events: stats.events,
      backlog_snapshots: stats.pictures,
      quarantined_events: stats.quarantined,
      register_version: known?.register.version ?? null,
      register_age_ms: known ? Date.now() - known.confirmedAtMs : null,
      clock_offset_ms: clock.offsetMs() === null ? null : Math.round(clock.offsetMs() ?? 0),
      fault,
    },
    cameras: (site?.cameras ?? []).map((watch) => {
      const camera = watch.status();
      const pictureAtMs = live.pictureAtMs(camera.id);
      return {
        id: camera.id,
        state: camera.state,
        last_frame_at: camera.lastFrameAtMs === null ? null : rfc(camera.lastFrameAtMs),
        picture_at: pictureAtMs === null ? null : rfc(pictureAtMs),
        fps: camera.framesPerSecond,
        clock_skew_ms: camera.clockSkewMs === null ? null : Math.round(camera.clockSkewMs),
        detail: camera.detail?.slice(0, 300) ?? null,
        lane: camera.lane,
      };
    }),
    gates: [...(site?.keepers.values() ?? [])].map((keeper) => {
      const { kind, sinceMs } = keeper.state();
      const sinceWallMs = Date.now() - (performance.now() - sinceMs);
      return {
        id: keeper.gate.id,
        state: kind,
        since: rfc(sinceWallMs),
        has_position: keeper.gate.hasPositionInput,
      };
    }),
  };
}
