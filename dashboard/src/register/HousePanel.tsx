import { Button, Textarea, TextInput } from "@mantine/core";
import type { Resident, Unit, Vehicle } from "@portero/store";
import { IconPencil, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRegister } from "../app/tenant.tsx";
import { Plate } from "../ui/Plate.tsx";
import { SidePanel } from "../ui/SidePanel.tsx";
import { ResidentPanel } from "./ResidentPanel.tsx";
import classes from "./register.module.css";
import { useRegisterChanges } from "./use-register-changes.ts";
import { VehiclePanel } from "./VehiclePanel.tsx";

interface HousePanelProps {
  unit: Unit | null;
  mayEdit: boolean;
  onClose(): void;
  onCreated(id: string): void;
}

type Inner =
  | { kind: "resident"; resident: Resident | null }
  | { kind: "vehicle"; vehicle: Vehicle | null; residentId: string };

/** One house: its name, who lives there, what they drive. */
export function HousePanel({ unit, mayEdit, onClose, onCreated }: HousePanelProps) {
  const { t } = useTranslation();
  const { save, remove } = useRegisterChanges();
  const { residents, vehicles } = useRegister();
  const [name, setName] = useState(unit?.name ?? "");
  const [notes, setNotes] = useState(unit?.notes ?? "");
  const [inner, setInner] = useState<Inner | null>(null);
  const people = unit ? residents.filter(({ unitId }) => unitId === unit.id) : [];
  const drives = (resident: Resident) =>
    vehicles.filter(({ residentId }) => residentId === resident.id);
  const isValid = name.trim() !== "";

  const store = async () => {
    const values = { name: name.trim(), notes: notes.trim() || null };
    const id = await save("units", unit, values);
    // A new house stays open, to be filled.
    if (!unit) queueMicrotask(() => onCreated(id));
  };

  if (inner?.kind === "resident" && unit) {
    return (
      <ResidentPanel resident={inner.resident} unitId={unit.id} onClose={() => setInner(null)} />
    );
  }
  if (inner?.kind === "vehicle") {
    return (
      <VehiclePanel
        vehicle={inner.vehicle}
        residentId={inner.residentId}
        onClose={() => setInner(null)}
      />
    );
  }
  return (
    <SidePanel
      title={unit ? unit.name : t("houses.add")}
      onClose={onClose}
      onSave={mayEdit ? store : undefined}
      isValid={isValid}
      removal={
        mayEdit && unit
          ? {
              label: t("houses.remove"),
              question: t("houses.removeQuestion", {
                name: unit.name,
                residents: people.length,
                vehicles: people.flatMap(drives).length,
              }),
              onRemove: () => remove("units", unit.id),
            }
          : undefined
      }
    >
      <TextInput
        label={t("houses.name")}
        placeholder={t("houses.nameHint")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={60}
        required
        readOnly={!mayEdit}
        data-autofocus={!unit || undefined}
        data-testid="house-name"
      />
      <Textarea
        label={t("houses.notes")}
        value={notes}
        onChange={(event) => setNotes(event.currentTarget.value)}
        maxLength={500}
        autosize
        readOnly={!mayEdit}
      />
      {unit && <h3 className={classes["section"]}>{t("houses.residents")}</h3>}
      {people.map((resident) => (
        <div key={resident.id} className={classes["person"]}>
          <div className={classes["personHead"]}>
            <div>
              <strong className={resident.active ? "" : classes["inactive"]}>
                {resident.fullName}
              </strong>
              <div className={classes["contact"]}>
                {[resident.phone, resident.email].filter(Boolean).join(" · ")}
              </div>
            </div>
            {mayEdit && (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconPencil size={15} />}
                onClick={() => setInner({ kind: "resident", resident })}
                aria-label={t("residents.editNamed", { name: resident.fullName })}
              >
                {t("action.edit")}
              </Button>
            )}
          </div>
          <div className={classes["plates"]}>
            {drives(resident).map((vehicle) => (
              <button
                key={vehicle.id}
                type="button"
                className={`${classes["vehicle"]} ${vehicle.active ? "" : classes["inactive"]}`}
                disabled={!mayEdit}
                onClick={() => setInner({ kind: "vehicle", vehicle, residentId: resident.id })}
              >
                <Plate plate={vehicle.plate} size="small" />
                {vehicle.description}
              </button>
            ))}
            {mayEdit && (
              <Button
                size="compact-sm"
                variant="subtle"
                leftSection={<IconPlus size={15} />}
                onClick={() =>
                  setInner({ kind: "vehicle", vehicle: null, residentId: resident.id })
                }
                data-testid="add-vehicle"
              >
                {t("vehicles.addShort")}
              </Button>
            )}
          </div>
        </div>
      ))}
      {unit && mayEdit && (
        <Button
          variant="light"
          leftSection={<IconPlus size={17} />}
          onClick={() => setInner({ kind: "resident", resident: null })}
          data-testid="add-resident"
        >
          {t("residents.add")}
        </Button>
      )}
    </SidePanel>
  );
}
