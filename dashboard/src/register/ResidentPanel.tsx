import { Select, Switch, TextInput } from "@mantine/core";
import type { Resident } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRegister } from "../app/tenant.tsx";
import { SidePanel } from "../ui/SidePanel.tsx";
import { useRegisterChanges } from "./use-register-changes.ts";
import { useUnitOptions } from "./use-unit-options.ts";

interface ResidentPanelProps {
  resident: Resident | null;
  unitId: string;
  onClose(): void;
}

/** Who lives in a house; whoever moves takes their vehicles along. */
export function ResidentPanel({ resident, unitId, onClose }: ResidentPanelProps) {
  const { t } = useTranslation();
  const { save, remove } = useRegisterChanges();
  const { vehicles } = useRegister();
  const [fullName, setFullName] = useState(resident?.fullName ?? "");
  const [phone, setPhone] = useState(resident?.phone ?? "");
  const [email, setEmail] = useState(resident?.email ?? "");
  const houses = useUnitOptions();
  const [house, setHouse] = useState(unitId);
  const [active, setActive] = useState(resident?.active ?? true);
  const drives = vehicles.filter(({ residentId }) => residentId === resident?.id);
  return (
    <SidePanel
      title={resident ? resident.fullName : t("residents.add")}
      onClose={onClose}
      isValid={fullName.trim() !== ""}
      onSave={async () => {
        await save("residents", resident, {
          unitId: house,
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
      {resident && (
        <Select
          label={t("residents.house")}
          description={t("residents.houseHint")}
          data={houses}
          value={house}
          onChange={(chosen) => chosen && setHouse(chosen)}
          allowDeselect={false}
          searchable
          limit={50}
          nothingFoundMessage={t("visitor.noUnit")}
          data-testid="resident-house"
        />
      )}
      <Switch
        label={t("residents.active")}
        checked={active}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
    </SidePanel>
  );
}
