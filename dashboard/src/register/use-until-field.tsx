import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../app/tenant.tsx";
import { localInputMs } from "../ui/local-time.ts";

interface UntilFieldOptions {
  label: string;
  description?: string;
  mayBeEmpty: boolean;
}

/** The end that many entries are given at once, in Unix ms; null is none. It comes after each of their beginnings. */
export function useUntilField(
  entries: readonly { validFromMs: number }[],
  options: UntilFieldOptions,
) {
  const { label, description, mayBeEmpty } = options;
  const { t } = useTranslation();
  const { timeZone } = useTimes();
  const [until, setUntil] = useState("");
  const validUntilMs = until === "" ? null : localInputMs(until, timeZone);
  const endsBefore =
    validUntilMs !== null && !entries.every(({ validFromMs }) => validUntilMs > validFromMs);
  return {
    validUntilMs,
    isValid: !endsBefore && (mayBeEmpty || validUntilMs !== null),
    field: (
      <TextInput
        label={label}
        description={description}
        type="datetime-local"
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
        error={endsBefore ? t("passes.endsBefore") : null}
        data-testid="bulk-until-field"
      />
    ),
  };
}
