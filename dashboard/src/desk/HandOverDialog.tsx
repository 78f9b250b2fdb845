import { Alert, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { useWatch } from "./watch.tsx";

/** The end of a shift: what the next one should know. What waits is written down with it. */
export function HandOverDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { data } = useTenant();
  const { waiting } = useWatch();
  const [note, setNote] = useState("");
  return (
    <FormDialog
      title={t("shift.handOver")}
      onClose={onClose}
      onSubmit={() => data.handOver(note.trim())}
      submitLabel={t("shift.handOver")}
      testId="hand-over"
    >
      <Textarea
        label={t("shift.note")}
        description={t("shift.noteHint")}
        autosize
        minRows={4}
        maxRows={10}
        maxLength={1000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        data-autofocus
        data-testid="hand-over-note"
      />
      {waiting.length > 0 && (
        <Alert mt="md" color="yellow" variant="light">
          {t("shift.waiting", { count: waiting.length })}
        </Alert>
      )}
    </FormDialog>
  );
}
