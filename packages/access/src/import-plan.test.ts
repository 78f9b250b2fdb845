import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guessColumns, type ImportRow } from "./import-columns.ts";
import {
  type ImportBatch,
  type ImportedInto,
  type ImportPlan,
  importRowsOf,
  planImport,
} from "./import-plan.ts";
import { lookAlikeClass, normalizePlate } from "./plate.ts";

const NOTHING: ImportedInto = { units: [], residents: [], vehicles: [], denied: [] };
const KNOWN: ImportedInto = {
  units: [{ id: "u1", updatedAt: "1", name: "Casa 1", notes: null }],
  residents: [
    {
      id: "r1",
      updatedAt: "1",
      unitId: "u1",
      fullName: "Ana Rojas",
      phone: "55 1234",
      email: null,
    },
  ],
  vehicles: [{ id: "v1", updatedAt: "1", residentId: "r1", plate: "ABC1234", description: "Gris" }],
  denied: [{ plate: "BAD1234" }],
};

function plan(rows: ImportRow[], known: ImportedInto = KNOWN): ImportPlan {
  let ids = 0;
  return planImport(rows, known, () => `n${++ids}`);
}
const kinds = (rows: ImportRow[], known?: ImportedInto) =>
  plan(rows, known).lines.map((line) => (line.kind === "refused" ? line.refusal : line.kind));

/** What the database makes of a batch. */
function applied(batch: ImportBatch, known: ImportedInto): ImportedInto {
  const merged = <T extends { id: string }>(entries: readonly T[], changes: { id: string }[]) =>
    entries.map((entry) => ({ ...entry, ...changes.find(({ id }) => id === entry.id) }));
  const fresh = <T extends object>(entries: T[]) =>
    entries.map((entry) => ({ ...entry, updatedAt: "2" }));
  return {
    units: [...merged(known.units, batch.changedUnits), ...fresh(batch.newUnits)],
    residents: [...merged(known.residents, batch.changedResidents), ...fresh(batch.newResidents)],
    vehicles: [...merged(known.vehicles, batch.changedVehicles), ...fresh(batch.newVehicles)],
    denied: known.denied,
  };
}
const isEmpty = (batch: ImportBatch) => Object.values(batch).every((list) => list.length === 0);

describe("an import", () => {
  it("adds a house, who lives there and what they drive", () => {
    const { lines, batch } = plan([
      { unit: "Casa 2", resident: "Luis Peña", plate: "xyz-99-99", description: "Rojo" },
    ]);
    expect(lines[0]).toMatchObject({
      kind: "changes",
      effects: [
        { kind: "add", what: "unit", name: "Casa 2" },
        { kind: "add", what: "resident", name: "Luis Peña" },
        { kind: "add", what: "vehicle", name: "XYZ9999" },
      ],
    });
    expect(batch.newVehicles).toEqual([
      { id: "n3", residentId: "n2", plate: "XYZ9999", description: "Rojo" },
    ]);
  });

  it("finds houses and people however they are spelled", () => {
    expect(kinds([{ unit: " CASA  1", resident: "ána rojas", plate: "abc 1234" }])).toEqual([
      "unchanged",
    ]);
  });

  it("tells what changes, and leaves alone what an empty cell is about", () => {
    const { lines, batch } = plan([
      { unit: "Casa 1", resident: "Ana Rojas", email: "ana@test.example" },
    ]);
    expect(lines[0]).toMatchObject({
      effects: [{ kind: "change", column: "email", before: null, after: "ana@test.example" }],
    });
    expect(batch.changedResidents).toEqual([
      { id: "r1", updatedAt: "1", phone: "55 1234", email: "ana@test.example" },
    ]);
  });

  it("takes the shield off what a spreadsheet could take for a formula", () => {
    const { batch } = plan([{ unit: "Casa 1", resident: "Ana Rojas", phone: "'+52 55" }]);
    expect(batch.changedResidents[0]?.phone).toBe("+52 55");
  });

  it.each<[string, ImportRow, object]>([
    ["no house", { resident: "Ana" }, { reason: "no_unit" }],
    [
      "a house of invisible letters",
      { unit: "\u200b\u202e", resident: "Ana" },
      { reason: "no_unit" },
    ],
    ["nobody to own the vehicle", { unit: "Casa 1", plate: "NEW1234" }, { reason: "no_resident" }],
    [
      "a plate in another script",
      { unit: "Casa 1", resident: "Ana Rojas", plate: "АВС1234" },
      { reason: "bad_plate" },
    ],
    [
      "an address that is none",
      { unit: "Casa 1", resident: "Ana Rojas", email: "ana" },
      { reason: "bad_email" },
    ],
    [
      "a plate that is not admitted",
      { unit: "Casa 1", resident: "Ana Rojas", plate: "BAD-1234" },
      { reason: "denied_plate" },
    ],
    [
      "somebody else's plate",
      { unit: "Casa 1", resident: "Luis", plate: "ABC1234" },
      { reason: "plate_taken", name: "Ana Rojas", unit: "Casa 1" },
    ],
    [
      "a plate that one cannot tell from another",
      { unit: "Casa 1", resident: "Ana Rojas", plate: "ABCI234" },
      { reason: "look_alike", plate: "ABC1234" },
    ],
    [
      "a name of 300 characters",
      { unit: "Casa 1", resident: "ñ".repeat(300) },
      { reason: "too_long", column: "resident", limit: 120 },
    ],
  ])("refuses %s", (_name, row, refusal) => {
    expect(kinds([row])).toEqual([refusal]);
  });

  it("names the line that had the plate before", () => {
    const row = { unit: "Casa 9", resident: "Eva", plate: "NEW1234" };
    expect(kinds([row, {}, row])).toEqual(["changes", { reason: "plate_repeated", line: 1 }]);
  });

  it("does not choose between two people of one name", () => {
    const [ana] = KNOWN.residents;
    const twice = {
      ...KNOWN,
      residents: [...KNOWN.residents, { ...ana, id: "r2" } as (typeof KNOWN.residents)[number]],
    };
    const row = { unit: "Casa 1", resident: "Ana Rojas" };
    expect(kinds([row, { ...row, plate: "ABC1234" }], twice)).toEqual([
      { reason: "ambiguous_resident", name: "Ana Rojas" },
      "unchanged",
    ]);
  });

  it("keeps markup and right-to-left names as they are", () => {
    const name = "<b>דוד</b> \u202eevil";
    expect(plan([{ unit: name }]).batch.newUnits[0]?.name).toBe(name);
  });
});

const cell = (...values: string[]) =>
  fc.option(fc.oneof(fc.constantFrom(...values), fc.string({ maxLength: 12 })), {
    nil: undefined,
  });
const row: fc.Arbitrary<ImportRow> = fc.record({
  unit: cell("Casa 1", "casa 1", "Casa 2", "Torre B 302"),
  resident: cell("Ana Rojas", "ANA ROJAS", "Luis"),
  phone: cell("1", "+52 55 1"),
  email: cell("a@b.c", "nobody"),
  plate: cell("ABC1234", "abc-1234", "ABCI234", "XYZO99", "XYZ099", "BAD1234"),
  description: cell("Gris", "=1+1"),
  notes: cell("portón azul"),
}) as fc.Arbitrary<ImportRow>;
const rows = fc.array(row, { maxLength: 30 });

describe("every import", () => {
  it("has nothing left to do when it is done twice", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const first = plan(list);
        const after = applied(first.batch, KNOWN);
        // Lines may contradict one another; the last one stands, and each run ends alike.
        const second = applied(plan(list, after).batch, after);
        expect(importRowsOf(second)).toEqual(importRowsOf(after));
      }),
    );
  });

  it("changes nothing when it is what was exported", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const register = applied(plan(list).batch, KNOWN);
        expect(isEmpty(plan(importRowsOf(register), register).batch)).toBe(true);
      }),
    );
  });

  it("enrols only plates that are valid, admitted, and told apart from all others", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const { vehicles } = applied(plan(list).batch, KNOWN);
        const classes = vehicles.map(({ plate }) => lookAlikeClass(plate));
        expect(new Set(classes).size).toBe(vehicles.length);
        for (const { plate } of vehicles) {
          expect(normalizePlate(plate)).toBe(plate);
          expect(plate).not.toBe("BAD1234");
        }
      }),
    );
  });

  it("does the same without the lines that it refuses", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const { lines, batch } = plan(list);
        const accepted = lines.filter(({ kind }) => kind !== "refused").map((line) => line.row);
        expect(plan(accepted).batch).toEqual(batch);
      }),
    );
  });
});

describe("a list's first line", () => {
  it.each([
    [["Casa", "Residente", "Teléfono", "Correo", "Placa", "Descripción", "Notas"], true],
    [["UNIDADE", "Morador", "Placa do veículo"], true],
    [["House", "Name", "License plate"], true],
    [["Casa 14", "Ana Rojas", "ABC1234"], false],
  ])("%j: a head is %s", (line, hasHead) => {
    expect(guessColumns(line).hasHead).toBe(hasHead);
  });

  it("uses each head once and leaves out what it does not know", () => {
    expect(guessColumns(["Placa", "Saldo", "Casa", "Casa"]).columns).toEqual([
      "plate",
      null,
      "unit",
      null,
    ]);
  });
});

it("plans 20,000 lines without comparing each with each", () => {
  const many = Array.from({ length: 20_000 }, (_, n) => ({
    unit: `Casa ${n % 4000}`,
    resident: `Persona ${n}`,
    plate: `A${100_000 + n}`,
  }));
  const { batch } = plan(many, NOTHING);
  expect([batch.newUnits.length, batch.newResidents.length]).toEqual([4000, 20_000]);
});
