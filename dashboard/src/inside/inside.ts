import type { InsideVehicle, RegisterLists } from "@portero/store";

/** A vehicle inside, with what the register says of it now where the event of its entry said nothing. */
export interface Inside extends InsideVehicle {
  kind: "resident" | "visitor" | "other";
  unit: string | null;
  person: string | null;
}

/** Whom a guard let in may have been written down since, as a visitor or for good. */
export function describeInside(vehicle: InsideVehicle, register: RegisterLists): Inside {
  const { plate, eventType, unitName, personName } = vehicle;
  if (eventType === "resident_arrived" || eventType === "visitor_arrived") {
    const kind = eventType === "resident_arrived" ? "resident" : "visitor";
    return { ...vehicle, kind, unit: unitName, person: personName };
  }
  const unitOf = (id: string | undefined) => register.units.find((unit) => unit.id === id)?.name;
  const enrolled = register.vehicles.find((entry) => entry.plate === plate);
  const resident = register.residents.find(({ id }) => id === enrolled?.residentId);
  if (resident) {
    const unit = unitOf(resident.unitId) ?? null;
    return { ...vehicle, kind: "resident", unit, person: resident.fullName };
  }
  const pass = register.passes.findLast(
    (entry) => entry.plate === plate && entry.validUntilMs > vehicle.enteredAtMs,
  );
  if (pass) {
    return {
      ...vehicle,
      kind: "visitor",
      unit: unitOf(pass.unitId) ?? null,
      person: pass.visitorName,
    };
  }
  return { ...vehicle, kind: "other", unit: unitName, person: personName };
}
