import type { TFunction } from "i18next";

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
  "base_url",
  "stream",
  "direction",
  "gate_id",
  "actuator",
  "settings",
  "min_agreeing_frames",
  "min_lead",
  "min_character_confidence",
] as const;
