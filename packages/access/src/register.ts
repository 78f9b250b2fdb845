/** When in the week something is valid, in the tenant's time zone. `days`: 1 = Monday … 7 = Sunday. */
export interface Schedule {
  days?: number[];
  /** "HH:MM"; with `until` before `from` the span ends on the next day. */
  from?: string;
  until?: string;
}

/** A vehicle that belongs to a resident. Times are Unix ms; `null` = open-ended. */
export interface EnrolledVehicle {
  vehicleId: string;
  plate: string;
  residentId: string;
  residentName: string;
  unitName: string;
  validFromMs: number;
  validUntilMs: number | null;
  schedule: Schedule | null;
}

/** Admits a visitor's plate in its hours, `maxUses` times. */
export interface VisitorPass {
  passId: string;
  plate: string;
  visitorName: string;
  unitName: string;
  validFromMs: number;
  validUntilMs: number;
  schedule: Schedule | null;
  maxUses: number;
  uses: number;
}

export interface DeniedPlate {
  plate: string;
  reason: string;
}

/** What a site needs to decide who may enter: a copy of the tenant's register. */
export interface Register {
  version: number;
  /** ISO 3166-1 alpha-2, lower case. */
  country: string;
  /** IANA name. */
  timeZone: string;
  /** As stored: what the tenant asks of its openings. Missing in copies of earlier versions; read by `openingRulesOf`. */
  openingRules?: unknown;
  vehicles: EnrolledVehicle[];
  passes: VisitorPass[];
  denied: DeniedPlate[];
}

/** Every plate that the register knows, each once: the candidates of a vote. */
export function enrolledPlates(register: Register): string[] {
  return [
    ...new Set([
      ...register.vehicles.map((vehicle) => vehicle.plate),
      ...register.passes.map((pass) => pass.plate),
      ...register.denied.map((denied) => denied.plate),
    ]),
  ];
}
