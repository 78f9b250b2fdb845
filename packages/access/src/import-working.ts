import {
  cleaned,
  foldName,
  IMPORT_LIMITS,
  type ImportColumn,
  type ImportRow,
} from "./import-columns.ts";
import type { ImportBatch, ImportEffect, ImportedInto, ImportRefusal } from "./import-plan.ts";
import { lookAlikeClass, normalizePlate } from "./plate.ts";

const EMAIL = /^[^@\s]{1,128}@[^@\s]{1,125}$/;

interface Place {
  /** Null for what the import adds itself. */
  updatedAt: string | null;
  isTouched: boolean;
}
interface UnitPlace extends Place {
  id: string;
  name: string;
  notes: string | null;
}
interface ResidentPlace extends Place {
  id: string;
  unit: UnitPlace;
  fullName: string;
  phone: string | null;
  email: string | null;
}
interface VehiclePlace extends Place {
  id: string;
  resident: ResidentPlace;
  plate: string;
  description: string | null;
  /** The line of this import that named it last. */
  line: number | null;
}

/** Names → entries; one name may stand for several. */
class ByName<T> {
  readonly #entries = new Map<string, T[]>();

  add(name: string, entry: T): void {
    const key = foldName(name);
    const entries = this.#entries.get(key);
    if (entries) entries.push(entry);
    else this.#entries.set(key, [entry]);
  }

  /** Spelled just so, before spelled alike. */
  find(name: string, spelling: (entry: T) => string): T[] {
    const alike = this.#entries.get(foldName(name)) ?? [];
    const exact = alike.filter((entry) => spelling(entry) === name);
    return exact.length > 0 ? exact : alike;
  }
}

/** The register as it will be after the lines that were accepted so far. */
export class WorkingRegister {
  readonly #newId: () => string;
  readonly #units = new ByName<UnitPlace>();
  readonly #residents = new Map<UnitPlace, ByName<ResidentPlace>>();
  readonly #vehicles = new Map<string, VehiclePlace>();
  readonly #plateOfClass = new Map<string, string>();
  readonly #denied: ReadonlySet<string>;
  readonly #allUnits: UnitPlace[] = [];
  readonly #allResidents: ResidentPlace[] = [];

  constructor(known: ImportedInto, newId: () => string) {
    this.#newId = newId;
    this.#denied = new Set(known.denied.map(({ plate }) => plate));
    const unitOf = new Map<string, UnitPlace>();
    for (const unit of known.units) {
      const place = { ...unit, isTouched: false };
      unitOf.set(unit.id, place);
      this.#addUnit(place);
    }
    const residentOf = new Map<string, ResidentPlace>();
    for (const { unitId, ...resident } of known.residents) {
      const unit = unitOf.get(unitId);
      if (!unit) continue;
      const place = { ...resident, unit, isTouched: false };
      residentOf.set(resident.id, place);
      this.#addResident(place);
    }
    for (const { residentId, ...vehicle } of known.vehicles) {
      const resident = residentOf.get(residentId);
      if (resident) this.#addVehicle({ ...vehicle, resident, isTouched: false, line: null });
    }
  }

  /** Carries a line out here, or says why not; judged whole before anything changes. */
  take(row: ImportRow, line: number): ImportEffect[] | ImportRefusal {
    const refusal = this.#faultOf(row);
    if (refusal) return refusal;
    const unitName = row.unit ?? "";
    const units = this.#units.find(unitName, ({ name }) => name);
    if (units.length > 1) return { reason: "ambiguous_unit", name: unitName };
    const plate = row.plate === undefined ? undefined : normalizePlate(row.plate);
    const vehicle = plate === undefined ? undefined : this.#vehicles.get(plate);
    const resident = this.#residentNamed(row.resident, units[0], vehicle);
    if (resident && "reason" in resident) return resident;
    if (plate !== undefined) {
      const fault = this.#faultOfPlate(plate, vehicle, resident, line);
      if (fault) return fault;
    }
    return this.#carryOut(row, plate, units[0], resident, vehicle, line);
  }

  batch(): ImportBatch {
    const changed = <T extends Place>(places: Iterable<T>) =>
      [...places].filter((place) => place.isTouched && place.updatedAt !== null) as (T & {
        updatedAt: string;
      })[];
    const added = <T extends Place>(places: Iterable<T>) =>
      [...places].filter((place) => place.updatedAt === null);
    const vehicles = [...this.#vehicles.values()];
    return {
      newUnits: added(this.#allUnits).map(({ id, name, notes }) => ({ id, name, notes })),
      newResidents: added(this.#allResidents).map(({ id, unit, fullName, phone, email }) => ({
        id,
        unitId: unit.id,
        fullName,
        phone,
        email,
      })),
      newVehicles: added(vehicles).map(({ id, resident, plate, description }) => ({
        id,
        residentId: resident.id,
        plate,
        description,
      })),
      changedUnits: changed(this.#allUnits).map(({ id, updatedAt, notes }) => ({
        id,
        updatedAt,
        notes,
      })),
      changedResidents: changed(this.#allResidents).map(({ id, updatedAt, phone, email }) => ({
        id,
        updatedAt,
        phone,
        email,
      })),
      changedVehicles: changed(vehicles).map(({ id, updatedAt, description }) => ({
        id,
        updatedAt,
        description,
      })),
    };
  }

  /** What is wrong with a line by itself. */
  #faultOf(row: ImportRow): ImportRefusal | undefined {
    if (row.unit === undefined) return { reason: "no_unit" };
    for (const [column, text] of Object.entries(row) as [ImportColumn, string][]) {
      const limit = IMPORT_LIMITS[column];
      if (text.length > limit && [...text].length > limit) {
        return { reason: "too_long", column, limit };
      }
    }
    const belongsToSomebody = row.phone ?? row.email ?? row.plate ?? row.description;
    if (belongsToSomebody !== undefined && row.resident === undefined) {
      return { reason: "no_resident" };
    }
    if (row.email !== undefined && !EMAIL.test(row.email)) return { reason: "bad_email" };
    if (row.plate === undefined) {
      return row.description === undefined ? undefined : { reason: "bad_plate" };
    }
    const plate = normalizePlate(row.plate);
    if (plate === undefined) return { reason: "bad_plate" };
    return this.#denied.has(plate) ? { reason: "denied_plate" } : undefined;
  }

  #residentNamed(
    name: string | undefined,
    unit: UnitPlace | undefined,
    vehicle: VehiclePlace | undefined,
  ): ResidentPlace | ImportRefusal | undefined {
    if (name === undefined || !unit) return undefined;
    const residents = this.#residents.get(unit)?.find(name, ({ fullName }) => fullName) ?? [];
    // Two of one name in a house: whose plate it is tells them apart.
    const owner = residents.find((resident) => resident === vehicle?.resident);
    if (owner) return owner;
    return residents.length > 1 ? { reason: "ambiguous_resident", name } : residents[0];
  }

  #faultOfPlate(
    plate: string,
    vehicle: VehiclePlace | undefined,
    resident: ResidentPlace | undefined,
    line: number,
  ): ImportRefusal | undefined {
    if (vehicle) {
      if (vehicle.line !== null && vehicle.line !== line) {
        return { reason: "plate_repeated", line: vehicle.line };
      }
      if (vehicle.resident === resident) return undefined;
      const { fullName, unit } = vehicle.resident;
      return { reason: "plate_taken", name: fullName, unit: unit.name };
    }
    // Two enrolled plates of one class would take G7's exception from both.
    const other = this.#plateOfClass.get(lookAlikeClass(plate));
    return other === undefined ? undefined : { reason: "look_alike", plate: other };
  }

  #carryOut(
    row: ImportRow,
    plate: string | undefined,
    knownUnit: UnitPlace | undefined,
    knownResident: ResidentPlace | undefined,
    knownVehicle: VehiclePlace | undefined,
    line: number,
  ): ImportEffect[] {
    const effects: ImportEffect[] = [];
    const unit = knownUnit ?? this.#addUnit(this.#newUnit(row, effects));
    if (knownUnit) set(knownUnit, "notes", "notes", row.notes, unit.name, effects);
    if (row.resident === undefined) return effects;
    const resident = knownResident ?? this.#addResident(this.#newResident(row, unit, effects));
    if (knownResident) {
      set(knownResident, "phone", "phone", row.phone, resident.fullName, effects);
      set(knownResident, "email", "email", row.email, resident.fullName, effects);
    }
    if (plate === undefined) return effects;
    if (knownVehicle) {
      set(knownVehicle, "description", "description", row.description, plate, effects);
      knownVehicle.line = line;
    } else {
      effects.push({ kind: "add", what: "vehicle", name: plate });
      const description = row.description ?? null;
      const id = this.#newId();
      this.#addVehicle({ ...NEW, id, resident, plate, description, line });
    }
    return effects;
  }

  #newUnit(row: ImportRow, effects: ImportEffect[]): UnitPlace {
    const name = row.unit ?? "";
    effects.push({ kind: "add", what: "unit", name });
    return { ...NEW, id: this.#newId(), name, notes: row.notes ?? null };
  }

  #newResident(row: ImportRow, unit: UnitPlace, effects: ImportEffect[]): ResidentPlace {
    const fullName = row.resident ?? "";
    effects.push({ kind: "add", what: "resident", name: fullName });
    const { phone = null, email = null } = row;
    return { ...NEW, id: this.#newId(), unit, fullName, phone, email };
  }

  #addUnit(unit: UnitPlace): UnitPlace {
    this.#allUnits.push(unit);
    this.#units.add(unit.name, unit);
    this.#residents.set(unit, new ByName());
    return unit;
  }

  #addResident(resident: ResidentPlace): ResidentPlace {
    this.#allResidents.push(resident);
    this.#residents.get(resident.unit)?.add(resident.fullName, resident);
    return resident;
  }

  #addVehicle(vehicle: VehiclePlace): void {
    this.#vehicles.set(vehicle.plate, vehicle);
    this.#plateOfClass.set(lookAlikeClass(vehicle.plate), vehicle.plate);
  }
}

const NEW = { updatedAt: null, isTouched: false } as const;

/** Sets a field where the line names another value; says so. */
function set<K extends string>(
  place: Place & { [key in K]: string | null },
  field: K,
  column: ImportColumn,
  value: string | undefined,
  name: string,
  effects: ImportEffect[],
): void {
  const before = place[field];
  if (value === undefined || value === cleaned(before ?? "")) return;
  effects.push({ kind: "change", column, name, before, after: value });
  (place as Record<K, string | null>)[field] = value;
  place.isTouched = true;
}
