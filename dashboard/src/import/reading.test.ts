import { IMPORT_COLUMNS, planImport } from "@portero/access";
import { describe, expect, it } from "vitest";
import { csvOf } from "../ui/csv.ts";
import { words as en } from "../words/pages/en.ts";
import { words as es } from "../words/pages/es.ts";
import { words as pt } from "../words/pages/pt-br.ts";
import { type ReadList, readList, rowsOf, textOf } from "./reading.ts";

const read = (text: string): ReadList => {
  const list = readList(text);
  if (typeof list === "string") throw new Error(list);
  return list;
};
const rows = (text: string) => {
  const list = read(text);
  return rowsOf(list, list.columns);
};

describe("a list", () => {
  it.each([
    ["tabs, as a spreadsheet copies cells", "Casa\tPlaca\nCasa 1\tABC123\n"],
    ["semicolons, as Excel saves where a comma is decimal", "Casa;Placa\r\nCasa 1;ABC123\r\n"],
    ["commas", "Casa,Placa\nCasa 1,ABC123"],
    ["quotes and blank lines at the end", '"Casa","Placa"\n"Casa 1","ABC123"\n\n,\n'],
    ["a mark of its encoding", "\uFEFFCasa,Placa\nCasa 1,ABC123"],
  ])("is read with %s", (_name, text) => {
    expect(rows(text)).toEqual([{}, { unit: "Casa 1", plate: "ABC123" }]);
  });

  it("keeps a comma and a line break inside quotes", () => {
    expect(rows('Casa,Nota\n"Casa 1","perro, gato\ny loro"')[1]).toEqual({
      unit: "Casa 1",
      notes: "perro, gato\ny loro",
    });
  });

  it.each(["", " \n\t\n", ",,,\n"])("of nothing is said to be empty: %j", (text) => {
    expect(readList(text)).toBe("empty");
  });

  it("counts its lines as they were given, head and blank lines included", () => {
    const { lines } = planImport(
      rows("Casa,Residente,Placa\n\nCasa 1,Eva,no_es\n"),
      { units: [], residents: [], vehicles: [], denied: [] },
      () => "id",
    );
    expect(lines.map(({ line, kind }) => [line, kind])).toEqual([[3, "refused"]]);
  });

  it.each([es, pt, en])("from the template is understood in its language", async (words) => {
    const heads = IMPORT_COLUMNS.map((column) => words.import.column[column]);
    const text = await csvOf(heads, [IMPORT_COLUMNS.map((column) => words.import.example[column])]);
    expect(read(text)).toMatchObject({ hasHead: true, columns: [...IMPORT_COLUMNS] });
    const plan = planImport(
      rows(text),
      { units: [], residents: [], vehicles: [], denied: [] },
      () => "id",
    );
    expect(plan.lines.map(({ kind }) => kind)).toEqual(["changes"]);
  });
});

describe("a file", () => {
  const bytes = (...values: number[]) => new Uint8Array(values);
  it.each([
    ["UTF-8", new TextEncoder().encode("Núñez"), "Núñez"],
    ["the Windows code page", bytes(0x4e, 0xfa, 0xf1, 0x65, 0x7a), "Núñez"],
    ["UTF-16 with its mark", bytes(0xff, 0xfe, 0x4e, 0, 0xfa, 0), "Nú"],
    ["Excel's own format", bytes(0x50, 0x4b, 3, 4), "workbook"],
    ["a picture", bytes(0xff, 0xd8, 0, 0x10), "not_text"],
  ])("in %s", (_name, content, text) => {
    expect(textOf(content)).toBe(text);
  });
});

it("what begins like a formula stays text in a spreadsheet, and comes back as it was", async () => {
  const csv = await csvOf(["Casa", "Residente"], [["=cmd|'/c calc'!A1", "+52 55"]]);
  expect(csv).toContain(`'=cmd`);
  const { lines } = planImport(
    rows(csv),
    { units: [], residents: [], vehicles: [], denied: [] },
    () => "id",
  );
  expect(lines[0]?.row).toEqual({ unit: "=cmd|'/c calc'!A1", resident: "+52 55" });
});
