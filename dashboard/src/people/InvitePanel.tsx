import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Invitation, useGateway } from "../app/gateway-client.ts";
import { useTenant } from "../app/tenant.tsx";
import { SidePanel } from "../ui/SidePanel.tsx";
import { NameField, RoleField } from "./MemberFields.tsx";

const ROLES: Invitation["role"][] = ["guard", "viewer", "admin"];

/** Lets somebody in by mail. */
export function InvitePanel({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { membership } = useTenant();
  const gateway = useGateway();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [role, setRole] = useState<Invitation["role"]>("guard");
  const isAddress = /^[^@\s]+@[^@\s]+$/.test(email.trim());
  return (
    <SidePanel
      title={t("people.invite")}
      onClose={onClose}
      isValid={isAddress && displayName.trim() !== ""}
      onSave={async () => {
        await gateway.invite({ email: email.trim(), displayName: displayName.trim(), role });
        void queries.invalidateQueries({ queryKey: [membership.tenantId, "members"] });
      }}
    >
      <NameField value={displayName} onChange={setDisplayName} testId="invite-name" />
      <TextInput
        label={t("logIn.email")}
        description={t("people.inviteHint")}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={email !== "" && !isAddress ? t("people.noAddress") : undefined}
        maxLength={254}
        required
        data-testid="invite-email"
      />
      <RoleField roles={ROLES} value={role} onChange={setRole} />
    </SidePanel>
  );
}
