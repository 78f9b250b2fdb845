import { randomInt } from "node:crypto";
import type { CameraOptions, Visit } from "@portero/camera-simulator";
import { CONDOMINIUMS, type Condominium, type DemoVehicle } from "./demo.ts";
import type { Installation } from "./installation.ts";
import type { StartOptions } from "./start.ts";

/** Long enough that a guard sees each vehicle, short enough that nobody waits long for the next. */
const MIN_PAUSE_MS = 4000;
const MAX_PAUSE_MS = 15_000;

/** The simulated cameras of an installation, with who comes to their lanes. */
export function simulatedCameras(
  installation: Installation,
  options: StartOptions,
): CameraOptions[] {
  return CONDOMINIUMS.flatMap((condominium, index) => {
    const installed = installation.tenants[condominium.key];
    if (!installed || options.cameras[index]) return [];
    const { framesDir } = options;
    return [
      {
        id: installed.cameraId,
        username: "admin",
        password: installed.cameraPassword,
        source: framesDir
          ? ({ kind: "photos", folder: framesDir } as const)
          : ({ kind: "lane", name: condominium.key } as const),
        traffic: options.hasTraffic
          ? {
              seed: randomInt(1, 2 ** 31),
              visits: framesDir ? [] : visitsOf(condominium),
              minPauseMs: MIN_PAUSE_MS,
              maxPauseMs: MAX_PAUSE_MS,
            }
          : null,
        utcOffset: condominium.utcOffset,
        widthPx: options.cameraWidthPx,
        heightPx: Math.round((options.cameraWidthPx * 9) / 16),
        hasExternalBarrier: condominium.gate.kind === "mqtt",
      },
    ];
  });
}

/** Mostly residents; now and then a visitor, a stranger, somebody unwelcome, a person, no plate, nobody. */
function visitsOf(condominium: Condominium): Visit[] {
  const arrivals = (vehicles: DemoVehicle[]): Visit[] =>
    vehicles.map((vehicle, index) => ({
      kind: "vehicle",
      plate: vehicle.plate,
      country: condominium.country,
      vehicleKind: vehicle.kind,
      bodyColour: vehicle.bodyColour,
      timeOfDay: index % 3 === 2 ? "night" : "day",
    }));
  return [
    ...arrivals(condominium.units.flatMap((unit) => unit.vehicles)),
    ...arrivals(condominium.visitors.map((visitor) => visitor.vehicle)),
    ...arrivals(condominium.strangers),
    ...arrivals(condominium.denied.map((denied) => denied.vehicle)),
    { kind: "no_plate", timeOfDay: "day" },
    { kind: "person", timeOfDay: "day" },
    { kind: "empty", timeOfDay: "night" },
  ];
}
