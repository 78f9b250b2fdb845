import { Select, Switch, TextInput } from "@mantine/core";
import { lookAlikeClass, normalizePlate, type Schedule } from "@portero/access";
import type { Vehicle } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useRegister, useTimes } from "../app/tenant.tsx";
import { localInput, localInputMs } from "../ui/local-time.ts";
import { SidePanel } from "../ui/SidePanel.tsx";
import classes from "./register.module.css";
import { isScheduleValid, ScheduleField } from "./ScheduleField.tsx";
import { useRegisterChanges } from "./use-register-changes.ts";

interface VehiclePanelProps {
  vehicle: Vehicle | null;
  /** Whose it is; undefined lets the person choose. */
  residentId?: string | undefined;
  onClose(): void;
}

export function VehiclePanel({ vehicle, residentId, onClose }: VehiclePanelProps) {
  const { t } = useTranslation();
  const { timeZone } = useTimes();
  const { save, remove } = useRegisterChanges();
  const { residents, units, vehicles, denied } = useRegister();
  const [ownerId, setOwnerId] = useState(vehicle?.residentId ?? residentId ?? null);
  const [written, setWritten] = useState(vehicle?.plate ?? "");
  const [description, setDescription] = useState(vehicle?.description ?? "");
  const [until, setUntil] = useState(localInput(vehicle?.validUntilMs ?? null, timeZone));
  const [schedule, setSchedule] = useState<Schedule | null>(vehicle?.schedule ?? null);
  const [active, setActive] = useState(vehicle?.active ?? true);

  const plate = normalizePlate(written);
  const same = vehicles.find((other) => other.plate === plate && other.id !== vehicle?.id);
  // Two enrolled plates of one class would take the exception for O/0 and I/1 from both (safety G7).
  const alike =
    plate !== undefined && !same
      ? vehicles.find(
          (other) =>
            other.id !== vehicle?.id && lookAlikeClass(other.plate) === lookAlikeClass(plate),
        )
      : undefined;
  const isDenied = denied.some((entry) => entry.plate === plate);
  const validUntilMs = until === "" ? null : localInputMs(until, timeZone);
  const validFromMs = vehicle?.validFromMs ?? serverNowMs() - 60_000;
  const endsBefore = validUntilMs !== null && validUntilMs <= validFromMs;
  const owners = residents.map(({ id, fullName, unitId }) => ({
    value: id,
    label: `${fullName} · ${units.find((unit) => unit.id === unitId)?.name ?? ""}`,
  }));

  return (
    <SidePanel
      title={vehicle ? vehicle.plate : t("vehicles.add")}
      onClose={onClose}
      isValid={
        plate !== undefined &&
        !same &&
        !alike &&
        ownerId !== null &&
        !endsBefore &&
        isScheduleValid(schedule)
      }
      onSave={async () => {
        if (plate === undefined || ownerId === null) return;
        await save("vehicles", vehicle, {
          residentId: ownerId,
          plate,
          description: description.trim() || null,
          validFromMs,
          validUntilMs,
          schedule,
          active,
        });
      }}
      removal={
        vehicle
          ? {
              label: t("vehicles.remove"),
              question: t("vehicles.removeQuestion", { plate: vehicle.plate }),
              onRemove: () => remove("vehicles", vehicle.id),
            }
          : undefined
      }
    >
      <TextInput
        label={t("vehicles.plate")}
        value={written}
        onChange={(event) => setWritten(event.currentTarget.value.toUpperCase())}
        maxLength={14}
        required
        data-autofocus
        spellCheck={false}
        autoComplete="off"
        error={
          written.length > 1 && !plate
            ? t("plate.invalid")
            : same
              ? t("vehicles.same", {
                  name: residents.find(({ id }) => id === same.residentId)?.fullName ?? "—",
                })
              : alike
                ? t("vehicles.lookAlike", {
                    plate: alike.plate,
                    name: residents.find(({ id }) => id === alike.residentId)?.fullName ?? "—",
                  })
                : null
        }
        description={isDenied ? t("vehicles.denied") : undefined}
        data-testid="vehicle-plate"
      />
      <Select
        label={t("vehicles.owner")}
        data={owners}
        value={ownerId}
        onChange={setOwnerId}
        searchable
        required
        nothingFoundMessage={t("vehicles.noOwner")}
      />
      <TextInput
        label={t("vehicles.description")}
        placeholder={t("vehicles.descriptionHint")}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={120}
      />
      <div className={classes["pair"]}>
        <TextInput
          label={t("vehicles.until")}
          type="datetime-local"
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
          description={t("vehicles.untilHint")}
          error={endsBefore ? t("passes.endsBefore") : null}
        />
      </div>
      <ScheduleField value={schedule} onChange={setSchedule} />
      <Switch
        label={t("vehicles.active")}
        checked={active}
        onChange={(event) => setActive(event.currentTarget.checked)}
      />
    </SidePanel>
  );
}
