import type { ImportColumn, ImportEffect, ImportRefusal } from "@portero/access";
import type { TFunction } from "i18next";

/** Why a line is left out, as its reader would say it, with what to change. */
export function refusalWords(refusal: ImportRefusal, t: TFunction): string {
  switch (refusal.reason) {
    case "too_long":
      return t("import.refused.too_long", {
        column: t(`import.column.${refusal.column}`),
        limit: refusal.limit,
      });
    case "ambiguous_unit":
    case "ambiguous_resident":
      return t(`import.refused.${refusal.reason}`, { name: refusal.name });
    case "plate_taken":
      return t("import.refused.plate_taken", { name: refusal.name, unit: refusal.unit });
    case "plate_repeated":
      return t("import.refused.plate_repeated", { line: refusal.line });
    case "look_alike":
      return t("import.refused.look_alike", { plate: refusal.plate });
    default:
      return t(`import.refused.${refusal.reason}`);
  }
}

/** One thing that a line does. */
export function effectWords(effect: ImportEffect, t: TFunction): string {
  if (effect.kind === "add") return t(`import.adds.${effect.what}`, { name: effect.name });
  return t("import.changes", {
    column: t(`import.column.${effect.column}`),
    before: effect.before ?? "—",
    after: effect.after,
  });
}

export function columnWords(column: ImportColumn, t: TFunction): string {
  return t(`import.column.${column}`);
}
