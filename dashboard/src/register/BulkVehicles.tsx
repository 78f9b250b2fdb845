import { TextInput } from "@mantine/core";
import type { Schedule } from "@portero/access";
import type { RegisterValues, Vehicle } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../app/tenant.tsx";
import { localInputMs } from "../ui/local-time.ts";
import { BulkBar } from "./BulkBar.tsx";
import { isScheduleValid, ScheduleField } from "./ScheduleField.tsx";
import { useRegisterChanges } from "./use-register-changes.ts";

/** Changes the vehicles that were ticked, all the same way. */
export function BulkVehicles({ vehicles, onDone }: { vehicles: Vehicle[]; onDone(): void }) {
  const { t } = useTranslation();
  const { timeZone } = useTimes();
  const { changeMany, removeMany } = useRegisterChanges();
  const [until, setUntil] = useState("");
  const [schedule, setSchedule] = useState<Schedule | null>(null);
  const ids = vehicles.map(({ id }) => id);
  const validUntilMs = until === "" ? null : localInputMs(until, timeZone);
  const latestBeginMs = Math.max(...vehicles.map(({ validFromMs }) => validFromMs));
  const endsBefore = validUntilMs !== null && !(validUntilMs > latestBeginMs);
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
          field: (
            <TextInput
              label={t("vehicles.until")}
              type="datetime-local"
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
              description={t("vehicles.untilHint")}
              error={endsBefore ? t("passes.endsBefore") : null}
            />
          ),
          isValid: !endsBefore,
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
