import "@mantine/core/styles.layer.css";
import { Alert, Button, Group, Modal, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { faultWords } from "../ui/fault-words.ts";
import { useWatch } from "./watch.tsx";

/** The end of a shift: what the next one should know. What waits is written down with it. */
export function HandOverDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { data } = useTenant();
  const { waiting } = useWatch();
  const [note, setNote] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      await data.handOver(note.trim());
      onClose();
    } catch (cause) {
      setError(cause);
      setIsBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("shift.handOver")}
      centered
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <form onSubmit={submit} data-testid="hand-over-form">
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
        {error !== null && (
          <Alert mt="md" color="violet" role="alert">
            {faultWords(error, t)}
          </Alert>
        )}
        <Group mt="lg" justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={isBusy} data-testid="hand-over-submit">
            {t("shift.handOver")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
