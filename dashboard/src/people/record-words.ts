import type { AuditEntry } from "@portero/store";
import type { TFunction } from "i18next";
import { reasonWords } from "../desk/reasons.ts";
import { fieldWords } from "../ui/field-words.ts";
import { changedFields } from "./changed-fields.ts";

export const RECORD_TABLES = [
  "gate_commands",
  "vehicles",
  "residents",
  "units",
  "visitor_passes",
  "deny_list",
  "user_tenants",
  "sessions",
  "person",
  "privacy_settings",
  "opening_rules",
  "gates",
  "cameras",
  "camera_credentials",
  "site_orders",
  "enrolment_codes",
  "sites",
  "invitations",
  "tenants",
] as const;

const NAMES = ["plate", "name", "full_name", "visitor_name", "display_name", "reason", "reference"];

/** What an entry is about: "vehículo", or the table's own name for one that has no word. */
export function subjectWords({ tableName }: AuditEntry, t: TFunction): string {
  const table = RECORD_TABLES.find((name) => name === tableName);
  return table ? t(`record.table.${table}`) : tableName;
}

/** The name of what was changed: a plate, a person, a reason; undefined where it has been erased. */
export function nameOf({ before, after }: AuditEntry, t: TFunction): string | undefined {
  const row = after ?? before ?? {};
  const name = NAMES.map((key) => row[key]).find(
    (value): value is string => typeof value === "string" && value !== "",
  );
  return name === undefined ? undefined : reasonWords(name, t);
}

/** "Teléfono: 55 → 56; Notas: — → perro" for a list of many entries. */
export function changesWords(entry: AuditEntry, t: TFunction): string {
  return changedFields(entry)
    .map(({ field, before, after }) => `${fieldWords(field, t)}: ${before} → ${after}`)
    .join("; ");
}
