import { StoreError } from "@portero/store";
import type { TFunction } from "i18next";

/** Why something was not done, in the words of whoever asked for it, with what to do next. */
export function faultWords(error: unknown, t: TFunction): string {
  if (!(error instanceof StoreError)) return t("fault.unexpected");
  if (error.detailCode === "changed") return t("fault.changed");
  if (error.detailCode === "23505") return t("fault.duplicate");
  return t(`fault.${error.code}`);
}
