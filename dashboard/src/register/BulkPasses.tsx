import { TextInput } from "@mantine/core";
import type { Pass } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useTimes } from "../app/tenant.tsx";
import { localInputMs } from "../ui/local-time.ts";
import { BulkBar } from "./BulkBar.tsx";
import { useRegisterChanges } from "./use-register-changes.ts";

/** Gives the passes that were ticked another end, or ends them now. */
export function BulkPasses({ passes, onDone }: { passes: Pass[]; onDone(): void }) {
  const { t } = useTranslation();
  const { timeZone } = useTimes();
  const { changeMany } = useRegisterChanges();
  const [until, setUntil] = useState("");
  const ids = passes.map(({ id }) => id);
  const validUntilMs = until === "" ? Number.NaN : localInputMs(until, timeZone);
  const latestBeginMs = Math.max(...passes.map(({ validFromMs }) => validFromMs));
  const isValid = validUntilMs > latestBeginMs;
  return (
    <BulkBar
      names={passes.map(({ visitorName }) => visitorName)}
      onDone={onDone}
      changes={[
        {
          key: "until",
          label: t("bulk.until"),
          about: (names) => t("bulk.about.until", { names }),
          field: (
            <TextInput
              label={t("passes.until")}
              type="datetime-local"
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
              error={until !== "" && !isValid ? t("passes.endsBefore") : null}
              data-testid="bulk-pass-until"
            />
          ),
          isValid,
          apply: () => changeMany("visitor_passes", ids, { validUntilMs }),
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
