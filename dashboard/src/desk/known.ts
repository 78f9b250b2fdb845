import { normalizePlate } from "@portero/access";
import type { Denied, Pass, RegisterLists, Resident, Unit, Vehicle } from "@portero/store";

/** What the register says about one plate at one moment. */
export interface PlateKnowledge {
  vehicle: { vehicle: Vehicle; resident: Resident | null; unit: Unit | null } | null;
  passes: { pass: Pass; unit: Unit | null }[];
  denied: Denied | null;
}

const isUsable = (pass: Pass, nowMs: number): boolean =>
  pass.revokedAtMs === null &&
  pass.uses < pass.maxUses &&
  pass.validFromMs <= nowMs &&
  nowMs < pass.validUntilMs;

export function knowledgeOf(
  plate: string | null,
  register: RegisterLists,
  nowMs: number,
): PlateKnowledge {
  const known = plate === null ? undefined : normalizePlate(plate);
  if (!known) return { vehicle: null, passes: [], denied: null };
  const vehicle = register.vehicles.find((entry) => entry.plate === known);
  const resident = register.residents.find(({ id }) => id === vehicle?.residentId) ?? null;
  const unitOf = (id: string | undefined) => register.units.find((unit) => unit.id === id) ?? null;
  return {
    vehicle: vehicle ? { vehicle, resident, unit: unitOf(resident?.unitId) } : null,
    passes: register.passes
      .filter((pass) => pass.plate === known && isUsable(pass, nowMs))
      .map((pass) => ({ pass, unit: unitOf(pass.unitId) })),
    denied: register.denied.find((entry) => entry.plate === known) ?? null,
  };
}

/** Visitors whose pass names no plate: any vehicle may be theirs. */
export function expectedWithoutPlate(
  register: RegisterLists,
  nowMs: number,
): { pass: Pass; unit: Unit | null }[] {
  return register.passes
    .filter((pass) => pass.plate === null && isUsable(pass, nowMs))
    .map((pass) => ({ pass, unit: register.units.find(({ id }) => id === pass.unitId) ?? null }));
}
