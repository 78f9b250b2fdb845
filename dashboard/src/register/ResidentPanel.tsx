import { Switch, TextInput } from "@mantine/core";
import type { Resident } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRegister } from "../app/tenant.tsx";
import { SidePanel } from "../ui/SidePanel.tsx";
import { useRegisterChanges } from "./use-register-changes.ts";

interface ResidentPanelProps {
  resident: Resident | null;
  unitId: string;
  onClose(): void;
}

export function ResidentPanel({ resident, unitId, onClose }: ResidentPanelProps) {
  const { t } = useTranslation();
  const { save, remove } = useRegisterChanges();
  const { vehicles } = useRegister();
  const [fullName, setFullName] = useState(resident?.fullName ?? "");
  const [phone, setPhone] = useState(resident?.phone ?? "");
  const [email, setEmail] = useState(resident?.email ?? "");
  const [active, setActive] = useState(resident?.active ?? true);
  const drives = vehicles.filter(({ residentId }) => residentId === resident?.id);
  return (
    <SidePanel
      title={resident ? resident.fullName : t("residents.add")}
      onClose={onClose}
      isValid={fullName.trim() !== ""}
      onSave={async () => {
        await save("residents", resident, {
          unitId,
          fullName: fullName.trim(),
          phone: phone.trim() || null,
          email: email.trim() || null,
          active,
        });
      }}
      removal={
        resident
          ? {
              label: t("residents.remove"),
              question: t("residents.removeQuestion", {
                name: resident.fullName,
                count: drives.length,
              }),
              onRemove: () => remove("residents", resident.id),
            }
          : undefined
      }
    >
      <TextInput
        label={t("residents.name")}
        value={fullName}
        onChange={(event) => setFullName(event.currentTarget.value)}
        maxLength={120}
        required
        data-autofocus
        data-testid="resident-name"
      />
      <TextInput
        label={t("residents.phone")}
        type="tel"
        value={phone}
        onChange={(event) => setPhone(event.currentTarget.value)}
        maxLength={40}
      />
      <TextInput
        label={t("residents.email")}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        maxLength={254}
      />
      <Switch
        label={t("residents.active")}
        checked={active}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
    </SidePanel>
  );
}
