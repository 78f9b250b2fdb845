import "@mantine/core/styles.layer.css";
import { Alert, Button, Group, Modal, TextInput } from "@mantine/core";
import type { Gate } from "@portero/store";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { sitesQuery, useTenant } from "../app/tenant.tsx";
import { faultWords } from "../ui/fault-words.ts";

/** Locks a gate down, or lets it run as usual again; never without a reason, which stays with its author's name. */
export function GateModeDialog(props: { gate: Gate; isLocked: boolean; onClose(): void }) {
  const { gate, isLocked, onClose } = props;
  const { t } = useTranslation();
  const tenant = useTenant();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      await tenant.data.setGateMode(gate.id, isLocked ? "normal" : "lockdown", reason.trim());
      void queries.invalidateQueries(sitesQuery(tenant));
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
      title={
        isLocked ? t("gate.release", { gate: gate.name }) : t("gate.lock", { gate: gate.name })
      }
      centered
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <form onSubmit={submit} data-testid="gate-mode-form">
        <p style={{ marginTop: 0 }}>{isLocked ? t("gate.releaseLead") : t("gate.lockLead")}</p>
        <TextInput
          label={t("gate.modeReason")}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
          data-testid="gate-mode-reason"
        />
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
            color={isLocked ? "accent" : "red.9"}
            loading={isBusy}
            disabled={reason.trim() === ""}
            data-testid="gate-mode-submit"
          >
            {isLocked ? t("gate.releaseDo") : t("gate.lockDo")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
