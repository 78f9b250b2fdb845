import type { AuditEntry } from "@portero/store";
import type { TFunction } from "i18next";
import { reasonWords } from "../desk/reasons.ts";
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
  "gates",
  "cameras",
  "camera_credentials",
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

/** A column's name as people say it; the column's own where nobody sees it on a page. */
export function fieldWords(field: string, t: TFunction): string {
  const key = FIELDS.find((known) => known === field);
  return key ? t(`record.field.${key}`) : field;
}

const FIELDS = [
  "name",
  "notes",
  "full_name",
  "phone",
  "email",
  "active",
  "plate",
  "description",
  "valid_from",
  "valid_until",
  "schedule",
  "visitor_name",
  "max_uses",
  "uses",
  "revoked_at",
  "reason",
  "role",
  "display_name",
  "status",
  "mode",
  "unit_id",
  "resident_id",
  "pictures_days",
  "stranger_plates_days",
  "passes_days",
  "events_days",
  "audit_days",
] as const;

/** "Teléfono: 55 → 56; Notas: — → perro" for a list of many entries. */
export function changesWords(entry: AuditEntry, t: TFunction): string {
  return changedFields(entry)
    .map(({ field, before, after }) => `${fieldWords(field, t)}: ${before} → ${after}`)
    .join("; ");
}
