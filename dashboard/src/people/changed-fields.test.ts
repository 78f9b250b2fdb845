import type { AuditEntry } from "@portero/store";
import { expect, it } from "vitest";
import { changedFields } from "./changed-fields.ts";

const entry = (before: AuditEntry["before"], after: AuditEntry["after"]): AuditEntry => ({
  id: 1,
  atMs: 0,
  actorName: null,
  action: "update",
  tableName: "vehicles",
  rowId: null,
  erasedAtMs: null,
  before,
  after,
});

it("tells what changed and nothing that changes by itself", () => {
  const before = { plate: "ABC123", notes: null, updated_at: "1", schedule: { days: [1] } };
  const after = { plate: "ABC124", notes: null, updated_at: "2", schedule: { days: [1] } };
  expect(changedFields(entry(before, after))).toEqual([
    { field: "plate", before: "ABC123", after: "ABC124" },
  ]);
});

it("tells nothing of what was added or removed whole", () => {
  expect(changedFields(entry(null, { plate: "A" }))).toEqual([]);
});
