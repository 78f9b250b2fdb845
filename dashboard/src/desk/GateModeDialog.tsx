import { TextInput } from "@mantine/core";
import type { Gate } from "@portero/store";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sitesQuery, useTenant } from "../app/tenant.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";

/** Locks a gate down, or lets it run as usual again; never without a reason, which stays with its author's name. */
export function GateModeDialog(props: { gate: Gate; isLocked: boolean; onClose(): void }) {
  const { gate, isLocked, onClose } = props;
  const { t } = useTranslation();
  const tenant = useTenant();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      title={
        isLocked ? t("gate.release", { gate: gate.name }) : t("gate.lock", { gate: gate.name })
      }
      onClose={onClose}
      onSubmit={async () => {
        await tenant.data.setGateMode(gate.id, isLocked ? "normal" : "lockdown", reason.trim());
        void queries.invalidateQueries(sitesQuery(tenant));
      }}
      submitLabel={isLocked ? t("gate.releaseDo") : t("gate.lockDo")}
      submitColor={isLocked ? "accent" : "red.9"}
      isValid={reason.trim() !== ""}
      testId="gate-mode"
    >
      <p style={{ marginTop: 0 }}>{isLocked ? t("gate.releaseLead") : t("gate.lockLead")}</p>
      <TextInput
        label={t("gate.modeReason")}
        maxLength={200}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
        data-testid="gate-mode-reason"
      />
    </FormDialog>
  );
}
