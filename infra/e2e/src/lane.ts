import type { Running } from "./installation.ts";

/** A vehicle that comes to a simulated lane. */
export interface Comer {
  plate: string;
  country: string;
  bodyColour?: string;
  vehicleKind?: "sedan" | "suv" | "pickup" | "van";
  /** How long the driver waits at the barrier. */
  patienceMs?: number;
}

interface HistoryEntry {
  atMs: number;
  what: string;
  detail: string;
}

/** The world before one tenant's camera: who comes, and what the barrier there did. */
export interface Lane {
  send(comer: Comer): Promise<void>;
  history(): Promise<HistoryEntry[]>;
  /** Nobody there, the barrier closed, nothing remembered. */
  reset(): Promise<void>;
}

export function laneOf({ control, cameras }: Running, tenantId: string): Lane {
  const camera = cameras.find((entry) => entry.tenantId === tenantId);
  if (!camera) throw new Error(`no camera of tenant ${tenantId}`);
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${control.url}/control/cameras${path}`, {
      method: body ? "POST" : "GET",
      headers: {
        authorization: `Bearer ${control.token}`,
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator answers ${response.status}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  return {
    async send(comer) {
      const looks = { vehicleKind: "sedan", bodyColour: "#8c9096", timeOfDay: "day" };
      await ask(`/${camera.id}/visits`, { kind: "vehicle", ...looks, ...comer });
    },
    history: async () => (await ask(`/${camera.id}/history`)) as HistoryEntry[],
    async reset() {
      await ask(`/${camera.id}/reset`, {});
    },
  };
}

type History = readonly HistoryEntry[];

/** Whether that has happened at the lane, by this vehicle where one is named. */
export const has = (history: History, what: string, plate?: string): boolean =>
  history.some((entry) => entry.what === what && (plate === undefined || entry.detail === plate));

/** How often the camera's barrier was told to open. */
export const pulsesIn = (history: History): number =>
  history.filter(({ what }) => what === "barrier_open").length;
