import "@mantine/core/styles.layer.css";
import { Alert, Button, Group, Modal } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { faultWords } from "./fault-words.ts";
import { useAttempt } from "./use-attempt.ts";

interface FormDialogProps {
  title: string;
  onClose(): void;
  /** What it throws is said in place and nothing typed is lost; afterwards the dialog closes. */
  onSubmit(): Promise<void>;
  submitLabel: string;
  submitColor?: string;
  isValid?: boolean;
  /** Tests find the form as `<testId>-form`, its button as `<testId>-submit`. */
  testId: string;
  children: ReactNode;
}

/** Asks for a few words before something is done. */
export function FormDialog(props: FormDialogProps) {
  const { title, onClose, onSubmit, submitLabel, submitColor, isValid = true, testId } = props;
  const { t } = useTranslation();
  const { busy, error, attempt } = useAttempt<"submit">();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await attempt("submit", onSubmit)) onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      centered
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <form onSubmit={submit} data-testid={`${testId}-form`}>
        {props.children}
        {error !== null && (
          <Alert mt="md" color="violet" role="alert">
            {faultWords(error, t)}
          </Alert>
        )}
        <Group mt="lg" justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button
            type="submit"
            {...(submitColor && { color: submitColor })}
            loading={busy !== null}
            disabled={!isValid}
            data-testid={`${testId}-submit`}
          >
            {submitLabel}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
