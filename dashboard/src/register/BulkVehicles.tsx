import type { Schedule } from "@portero/access";
import type { RegisterValues, Vehicle } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BulkBar } from "./BulkBar.tsx";
import { isScheduleValid, ScheduleField } from "./ScheduleField.tsx";
import { useRegisterChanges } from "./use-register-changes.ts";
import { useUntilField } from "./use-until-field.tsx";

/** Changes the vehicles that were ticked, all the same way. */
export function BulkVehicles({ vehicles, onDone }: { vehicles: Vehicle[]; onDone(): void }) {
  const { t } = useTranslation();
  const { changeMany, removeMany } = useRegisterChanges();
  const [schedule, setSchedule] = useState<Schedule | null>(null);
  const ids = vehicles.map(({ id }) => id);
  const { validUntilMs, isValid, field } = useUntilField(vehicles, {
    label: t("vehicles.until"),
    description: t("vehicles.untilHint"),
    mayBeEmpty: true,
  });
  const change = (values: Partial<RegisterValues["vehicles"]>) => () =>
    changeMany("vehicles", ids, values);
  return (
    <BulkBar
      names={vehicles.map(({ plate }) => plate)}
      onDone={onDone}
      changes={[
        {
          key: "until",
          label: t("bulk.until"),
          about: (names) => t("bulk.about.until", { names }),
          field,
          isValid,
          apply: change({ validUntilMs }),
        },
        {
          key: "schedule",
          label: t("bulk.schedule"),
          about: (names) => t("bulk.about.schedule", { names }),
          field: <ScheduleField value={schedule} onChange={setSchedule} />,
          isValid: isScheduleValid(schedule),
          apply: change({ schedule }),
        },
        {
          key: "off",
          label: t("bulk.off"),
          about: (names) => t("bulk.about.off", { names }),
          apply: change({ active: false }),
        },
        {
          key: "on",
          label: t("bulk.on"),
          about: (names) => t("bulk.about.on", { names }),
          apply: change({ active: true }),
        },
        {
          key: "remove",
          label: t("bulk.remove"),
          about: (names) => t("bulk.about.remove", { names }),
          isFinal: true,
          apply: () => removeMany("vehicles", ids),
        },
      ]}
    />
  );
}
