import type { TFunction } from "i18next";

/** Why a guard opens, in the order of their keys 1–9. The code is what is stored; people read it in their language. */
export const REASONS = [
  "announced_visit",
  "resident_unregistered",
  "plate_misread",
  "delivery",
  "service",
  "ride",
  "emergency",
  "administration",
  "other",
] as const;
export type Reason = (typeof REASONS)[number];

/** A stored reason in the reader's language; what was typed freely stays as it is. */
export function reasonWords(reason: string, t: TFunction): string {
  const known = REASONS.find((code) => code === reason);
  if (known) return t(`reason.${known}`);
  if (reason === "registered_visit") return t("reason.registered_visit");
  return reason === "registered_vehicle" ? t("reason.registered_vehicle") : reason;
}
