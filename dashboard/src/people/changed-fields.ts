import type { AuditEntry } from "@portero/store";

interface ChangedField {
  field: string;
  before: string;
  after: string;
}

const NOT_TOLD = new Set(["updated_at", "created_at", "plate_class"]);

const shown = (value: unknown): string => {
  if (value === null || value === undefined || value === "") return "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

/** The fields that an entry changed, without those that change by themselves. */
export function changedFields({ before, after }: AuditEntry): ChangedField[] {
  if (!before || !after) return [];
  return Object.keys(after)
    .filter((field) => !NOT_TOLD.has(field))
    .map((field) => ({ field, before: shown(before[field]), after: shown(after[field]) }))
    .filter((change) => change.before !== change.after);
}
