import { normalizePlate, suggestPlates } from "@portero/access";
import type { Denied, Pass, RegisterLists, Resident, Unit, Vehicle } from "@portero/store";
import { dayKey } from "../ui/times.ts";

interface KnownPass {
  pass: Pass;
  unit: Unit | null;
  /** The pass is for a plate that looks like the one that was read. */
  isAlike: boolean;
}

/** What the register says about one plate at one moment. */
export interface PlateKnowledge {
  vehicle: { vehicle: Vehicle; resident: Resident | null; unit: Unit | null } | null;
  passes: KnownPass[];
  denied: Denied | null;
  /** Denied plates that look like this one: a guard compares before opening. */
  deniedAlike: Denied[];
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
  if (!known) return { vehicle: null, passes: [], denied: null, deniedAlike: [] };
  const vehicle = register.vehicles.find((entry) => entry.plate === known);
  const resident = register.residents.find(({ id }) => id === vehicle?.residentId) ?? null;
  const unitOf = (id: string | undefined) => register.units.find((unit) => unit.id === id) ?? null;
  const usable = register.passes.filter((pass) => isUsable(pass, nowMs));
  const alike = new Set(
    suggestPlates(
      known,
      [...usable, ...register.denied].flatMap((entry) => entry.plate ?? []),
      10,
    ).map((suggestion) => suggestion.plate),
  );
  return {
    vehicle: vehicle ? { vehicle, resident, unit: unitOf(resident?.unitId) } : null,
    passes: usable
      .filter((pass) => pass.plate !== null && (pass.plate === known || alike.has(pass.plate)))
      .map((pass) => ({ pass, unit: unitOf(pass.unitId), isAlike: pass.plate !== known })),
    denied: register.denied.find((entry) => entry.plate === known) ?? null,
    deniedAlike: register.denied.filter((entry) => alike.has(entry.plate)),
  };
}

/** Visitors who are expected some time today and whose pass names no plate: any vehicle may be theirs. */
export function expectedWithoutPlate(
  register: RegisterLists,
  nowMs: number,
  timeZone: string,
): { pass: Pass; unit: Unit | null }[] {
  const today = dayKey(nowMs, timeZone);
  return register.passes
    .filter(
      (pass) =>
        pass.plate === null &&
        isUsable(pass, Math.max(nowMs, pass.validFromMs)) &&
        dayKey(Math.max(nowMs, pass.validFromMs), timeZone) === today,
    )
    .map((pass) => ({ pass, unit: register.units.find(({ id }) => id === pass.unitId) ?? null }));
}
