import { expect, it } from "vitest";
import { conflictingFields, mergedEdit } from "./edit-conflict.ts";

const base = { plate: "ABC123", description: "grey", validUntilMs: null, active: true };
const theirs = { ...base, description: "blue", active: false };

it("saves what was typed here over what is there now", () => {
  expect(mergedEdit(base, theirs, { ...base, plate: "ABC124" })).toEqual({
    ...theirs,
    plate: "ABC124",
  });
});

it("lets what was typed here win where both changed the same", () => {
  expect(mergedEdit(base, theirs, { ...base, description: "red" }).description).toBe("red");
});

it("tells which fields changed, and what was typed there", () => {
  const typed = { ...base, description: "red", validUntilMs: 5 };
  expect(conflictingFields(base, theirs, typed, (_field, value) => String(value))).toEqual([
    { field: "description", before: "grey", now: "blue", typed: "red" },
    { field: "active", before: "true", now: "false", typed: null },
  ]);
});

it("is no conflict where both wrote the same", () => {
  const typed = { ...base, description: "blue" };
  const [found] = conflictingFields(base, theirs, typed, (_field, value) => String(value));
  expect(found?.typed).toBeNull();
});
