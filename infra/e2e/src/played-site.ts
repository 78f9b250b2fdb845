import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { NewEvent, SightingPayload } from "@portero/access";
import { createGateway } from "@portero/gateway/app";
import { buildDashboard, DASHBOARD_DIR } from "@portero/portero/dashboard-build";
import {
  createEdgeClient,
  createEdgeStore,
  createGatewayStore,
  type RequestedCommand,
} from "@portero/store";
import { createTenant, startProject, type TestProject, type TestTenant } from "@portero/testing";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { type CuttableLine, layLine } from "./cuttable-line.ts";
import { type Desk, openDesk } from "./desk.ts";
import { withEvidence } from "./evidence.ts";

/** How often the site asks what it is to do. */
const BEAT_MS = 250;

/**
 * A condominium whose box at the gate is played by the test, under the box's own account: real screens, database and
 * channels, but vehicles come when a story wants them and by the hundred.
 */
export interface PlayedSite {
  project: TestProject;
  tenant: TestTenant;
  /** A vehicle for each plate comes to the gate, in this order; those not said to be residents are not known. */
  come(plates: readonly string[], residents?: readonly string[]): Promise<void>;
  /** A vehicle comes whose plate the box's two readers read differently. */
  comeDoubtful(plate: string): Promise<void>;
  /** What the box was told to open, in order: each is one pulse. */
  pulses: readonly RequestedCommand[];
  /** What lies between the screens and the system; the box has a way of its own. */
  line: CuttableLine;
  openDesk(role: "guard" | "admin"): Promise<Desk>;
}

/** Plays a site before the stories of a `describe`. */
export function usePlayedSite(browser: Browser | undefined) {
  const ending = new AbortController();
  const { signal } = ending;
  const endings: (() => Promise<unknown>)[] = [];
  const desks: Desk[] = [];
  let site: PlayedSite | undefined;

  beforeAll(async () => {
    if (!browser) return;
    await buildDashboard(() => {});
    const project = await startProject();
    endings.unshift(() => project.stop());
    const tenant = await createTenant(project.admin);
    const { url: supabaseUrl, publishableKey, secretKey } = project.supabase;
    const line = await layLine(supabaseUrl);
    endings.unshift(() => line.close());
    const config = {
      supabaseUrl: line.url,
      publishableKey,
      realtimeTransport: "broadcast",
    } as const;
    const app = await createGateway(DASHBOARD_DIR, config, {
      store: createGatewayStore({ supabaseUrl, publishableKey, secretKey }),
      landingUrl: () => "",
      onFault: () => {},
    });
    endings.unshift(() => app.close());
    const dashboardUrl = await app.listen({ host: "127.0.0.1", port: 0 });

    const client = createEdgeClient(supabaseUrl, publishableKey);
    const edge = createEdgeStore(client, tenant.accounts.edge, tenant, "broadcast");
    endings.unshift(() => edge.close());
    const pulses: RequestedCommand[] = [];
    const beating = beat(async () => {
      const { commands } = await edge.heartbeat({ cameras: [], gates: [] }, signal);
      for (const command of commands) {
        pulses.push(command);
        await edge.reportCommand(command.id, "firing", null, signal);
        await edge.insertEvents([openedBy(command)], signal);
        await edge.reportCommand(command.id, "opened", null, signal);
      }
    }, signal);
    endings.unshift(() => {
      ending.abort();
      return beating;
    });
    site = {
      project,
      tenant,
      pulses,
      line,
      come: (plates, residents = []) =>
        edge.insertEvents(
          plates.map((plate) =>
            arrivalAt(tenant, plate, residents.includes(plate) ? null : "unknown_vehicle"),
          ),
          signal,
        ),
      comeDoubtful: (plate) =>
        edge.insertEvents([arrivalAt(tenant, plate, "second_opinion_differs")], signal),
      async openDesk(role) {
        const { tenantId: id, accounts } = tenant;
        const person = { tenant: "played", tenantId: id, role, name: role, ...accounts[role] };
        const desk = await openDesk(browser, { dashboardUrl }, person);
        desks.push(desk);
        await desk.isLive();
        return desk;
      },
    };
  });

  afterAll(async () => {
    await Promise.all(desks.map((desk) => desk.close()));
    for (const end of endings) await end();
  });

  return {
    /** One story at this site, with screens of its own; when it fails, the error names a folder of evidence. */
    story(name: string, tell: (site: PlayedSite) => Promise<void>) {
      it(name, () =>
        withEvidence({ desks: () => desks, log: () => "" }, async () => {
          if (!site) throw new Error("the site has not begun");
          await tell(site);
          for (const desk of desks.splice(0)) await desk.close();
        }),
      );
    },
  };
}

/** One after another until the end; what fails then was cut off by it. */
async function beat(once: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await once().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    await sleep(BEAT_MS, undefined, { signal }).catch(() => {});
  }
}

/** `reason`: why a guard is told; null for a resident, who is let in. */
function arrivalAt(
  { gateId, cameraId }: TestTenant,
  plate: string,
  reason: string | null,
): NewEvent {
  const payload: SightingPayload = {
    sighting_id: randomUUID(),
    direction: "entry",
    plate,
    confidence: 0.97,
    characters: [...plate].map((character) => ({ character, confidence: 0.99, alternatives: [] })),
    candidates: [],
    frames: [],
    box: null,
    frame_width_px: 1920,
    frame_height_px: 1080,
    decision: {
      kind: reason === null ? "grant" : "alert",
      reason,
      policy_version: "1",
      register_version: 1,
    },
    suggestions: [],
    timings_ms: {},
  };
  return {
    id: randomUUID(),
    eventType: reason === null ? "resident_arrived" : "unknown_vehicle",
    gateId,
    cameraId,
    occurredAtMs: Date.now(),
    snapshotPath: null,
    payload,
  };
}

function openedBy(command: RequestedCommand): NewEvent {
  return {
    id: randomUUID(),
    eventType: "gate_opened",
    gateId: command.gateId,
    cameraId: null,
    occurredAtMs: Date.now(),
    snapshotPath: null,
    payload: {
      command_id: command.id,
      cause: "guard",
      confirmed: true,
      by: command.requestedBy,
      by_name: command.requestedByName,
      reason: command.reason,
      ...(command.alertEventId && { alert_event_id: command.alertEventId }),
    },
  };
}
