import { cleaned, IMPORT_LIMITS, type ImportColumn, type ImportRow } from "./import-columns.ts";
import { WorkingRegister } from "./import-working.ts";

/** The register as it was read before the import; `updatedAt` lets the import notice a change made meanwhile. */
export interface ImportedInto {
  units: readonly { id: string; updatedAt: string; name: string; notes: string | null }[];
  residents: readonly {
    id: string;
    updatedAt: string;
    unitId: string;
    fullName: string;
    phone: string | null;
    email: string | null;
  }[];
  vehicles: readonly {
    id: string;
    updatedAt: string;
    residentId: string;
    plate: string;
    description: string | null;
  }[];
  denied: readonly { plate: string }[];
}

/** Why a line is left out. `line` counts from 1, in the list as it was given. */
export type ImportRefusal =
  | { reason: "no_unit" | "no_resident" | "bad_plate" | "bad_email" | "denied_plate" }
  | { reason: "too_long"; column: ImportColumn; limit: number }
  | { reason: "ambiguous_unit" | "ambiguous_resident"; name: string }
  | { reason: "plate_taken"; name: string; unit: string }
  | { reason: "plate_repeated"; line: number }
  | { reason: "look_alike"; plate: string };

/** One thing that a line does, as a person reads it. */
export type ImportEffect =
  | { kind: "add"; what: "unit" | "resident" | "vehicle"; name: string }
  | { kind: "change"; column: ImportColumn; name: string; before: string | null; after: string };

export type PlannedLine =
  | { line: number; row: ImportRow; kind: "changes"; effects: ImportEffect[] }
  | { line: number; row: ImportRow; kind: "unchanged" }
  | { line: number; row: ImportRow; kind: "refused"; refusal: ImportRefusal };

/** What the database is asked to do, all of it or nothing. Ids of new entries are the caller's. */
export interface ImportBatch {
  newUnits: { id: string; name: string; notes: string | null }[];
  newResidents: {
    id: string;
    unitId: string;
    fullName: string;
    phone: string | null;
    email: string | null;
  }[];
  newVehicles: { id: string; residentId: string; plate: string; description: string | null }[];
  changedUnits: { id: string; updatedAt: string; notes: string | null }[];
  changedResidents: {
    id: string;
    updatedAt: string;
    phone: string | null;
    email: string | null;
  }[];
  changedVehicles: { id: string; updatedAt: string; description: string | null }[];
}

export interface ImportPlan {
  lines: PlannedLine[];
  batch: ImportBatch;
}

/**
 * What a list would change in the register, line by line. Pure: nothing is written, ids come from `newId`.
 * An empty cell leaves what is known as it is; a plate never moves from one resident to another; a line that is
 * refused changes nothing, and the lines after it are judged without it.
 */
export function planImport(
  rows: readonly ImportRow[],
  known: ImportedInto,
  newId: () => string,
): ImportPlan {
  const state = new WorkingRegister(known, newId);
  const lines: PlannedLine[] = [];
  rows.forEach((written, index) => {
    const row: ImportRow = {};
    for (const column of Object.keys(IMPORT_LIMITS) as ImportColumn[]) {
      const text = cleaned(written[column]);
      if (text !== "") row[column] = text;
    }
    if (Object.keys(row).length === 0) return;
    const line = index + 1;
    const answer = state.take(row, line);
    if ("reason" in answer) lines.push({ line, row, kind: "refused", refusal: answer });
    else if (answer.length === 0) lines.push({ line, row, kind: "unchanged" });
    else lines.push({ line, row, kind: "changes", effects: answer });
  });
  return { lines, batch: state.batch() };
}

/** The register as lines of a list: importing them again changes nothing. */
export function importRowsOf(known: ImportedInto): ImportRow[] {
  const filled = (row: Record<ImportColumn, string | null>): ImportRow =>
    Object.fromEntries(Object.entries(row).filter(([, text]) => text !== null && text !== ""));
  const vehicles = Map.groupBy(known.vehicles, ({ residentId }) => residentId);
  const residents = Map.groupBy(known.residents, ({ unitId }) => unitId);
  const none = {
    resident: null,
    phone: null,
    email: null,
    plate: null,
    description: null,
  };
  return known.units.flatMap(({ id, name, notes }) => {
    const unit = { ...none, unit: name, notes };
    const people = residents.get(id) ?? [];
    if (people.length === 0) return [filled(unit)];
    return people.flatMap(({ id: residentId, fullName, phone, email }) => {
      const person = { ...unit, resident: fullName, phone, email };
      const drives = vehicles.get(residentId) ?? [];
      if (drives.length === 0) return [filled(person)];
      return drives.map(({ plate, description }) => filled({ ...person, plate, description }));
    });
  });
}
