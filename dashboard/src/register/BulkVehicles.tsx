import { Button, TextInput } from "@mantine/core";
import type { Schedule } from "@portero/access";
import type { RegisterValues, Vehicle } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../app/tenant.tsx";
import { FormDialog } from "../ui/FormDialog.tsx";
import { localInputMs } from "../ui/local-time.ts";
import classes from "./register.module.css";
import { isScheduleValid, ScheduleField } from "./ScheduleField.tsx";
import { useRegisterChanges } from "./use-register-changes.ts";

type Asked = "until" | "schedule" | "off" | "on" | "remove";
const MOST_NAMED = 12;

/** Changes the vehicles that were ticked, all the same way. */
export function BulkVehicles({ vehicles, onDone }: { vehicles: Vehicle[]; onDone(): void }) {
  const { t } = useTranslation();
  const { timeZone } = useTimes();
  const { changeMany, removeMany } = useRegisterChanges();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [until, setUntil] = useState("");
  const [schedule, setSchedule] = useState<Schedule | null>(null);
  const ids = vehicles.map(({ id }) => id);
  const validUntilMs = until === "" ? null : localInputMs(until, timeZone);
  const latestBeginMs = Math.max(...vehicles.map(({ validFromMs }) => validFromMs));
  const endsBefore = asked === "until" && validUntilMs !== null && !(validUntilMs > latestBeginMs);
  const changes: Record<Exclude<Asked, "remove">, Partial<RegisterValues["vehicles"]>> = {
    until: { validUntilMs },
    schedule: { schedule },
    off: { active: false },
    on: { active: true },
  };
  const submit = async () => {
    if (asked === null) return;
    if (asked === "remove") await removeMany("vehicles", ids);
    else await changeMany("vehicles", ids, changes[asked]);
    onDone();
  };
  const plates = vehicles.slice(0, MOST_NAMED).map(({ plate }) => plate);
  const named = plates.join(", ") + (vehicles.length > MOST_NAMED ? "…" : "");
  return (
    <div className={classes["bulk"]} data-testid="bulk">
      <strong>{t("bulk.chosen", { count: vehicles.length })}</strong>
      {(["until", "schedule", "off", "on", "remove"] as const).map((what) => (
        <Button
          key={what}
          size="compact-md"
          variant={what === "remove" ? "light" : "default"}
          {...(what === "remove" && { color: "red" })}
          onClick={() => setAsked(what)}
          data-testid={`bulk-${what}`}
        >
          {t(`bulk.${what}`)}
        </Button>
      ))}
      <Button size="compact-md" variant="subtle" onClick={onDone}>
        {t("bulk.none")}
      </Button>
      {asked && (
        <FormDialog
          title={t(`bulk.${asked}`)}
          onClose={() => setAsked(null)}
          onSubmit={submit}
          submitLabel={t("bulk.apply", { count: vehicles.length })}
          {...(asked === "remove" && { submitColor: "red.9" })}
          isValid={!endsBefore && (asked !== "schedule" || isScheduleValid(schedule))}
          testId="bulk"
        >
          <p>{t(`bulk.about.${asked}`, { plates: named, count: vehicles.length })}</p>
          {asked === "until" && (
            <TextInput
              label={t("vehicles.until")}
              type="datetime-local"
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
              description={t("vehicles.untilHint")}
              error={endsBefore ? t("passes.endsBefore") : null}
            />
          )}
          {asked === "schedule" && <ScheduleField value={schedule} onChange={setSchedule} />}
        </FormDialog>
      )}
    </div>
  );
}
