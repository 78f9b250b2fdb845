import type { Pass } from "@portero/store";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { BulkBar } from "./BulkBar.tsx";
import { useRegisterChanges } from "./use-register-changes.ts";
import { useUntilField } from "./use-until-field.tsx";

/** Gives the passes that were ticked another end, or ends them now. */
export function BulkPasses({ passes, onDone }: { passes: Pass[]; onDone(): void }) {
  const { t } = useTranslation();
  const { changeMany } = useRegisterChanges();
  const ids = passes.map(({ id }) => id);
  const { validUntilMs, isValid, field } = useUntilField(passes, {
    label: t("passes.until"),
    mayBeEmpty: false,
  });
  return (
    <BulkBar
      names={passes.map(({ visitorName }) => visitorName)}
      onDone={onDone}
      changes={[
        {
          key: "until",
          label: t("bulk.until"),
          about: (names) => t("bulk.about.until", { names }),
          field,
          isValid,
          apply: () => changeMany("visitor_passes", ids, { validUntilMs: validUntilMs ?? 0 }),
        },
        {
          key: "revoke",
          label: t("bulk.revoke"),
          about: (names) => t("bulk.about.revoke", { names }),
          isFinal: true,
          apply: () => changeMany("visitor_passes", ids, { revokedAtMs: serverNowMs() }),
        },
      ]}
    />
  );
}
