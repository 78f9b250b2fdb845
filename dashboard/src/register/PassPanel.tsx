import { NumberInput, Select, TextInput } from "@mantine/core";
import { normalizePlate, type Schedule } from "@portero/access";
import type { Pass } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useRegister, useTenant, useTimes } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { localInput, localInputMs } from "../ui/local-time.ts";
import { SidePanel } from "../ui/SidePanel.tsx";
import { PassCardView } from "./PassCardView.tsx";
import { passState } from "./pass-state.ts";
import classes from "./register.module.css";
import { isScheduleValid, ScheduleField } from "./ScheduleField.tsx";
import { useRegisterChanges } from "./use-register-changes.ts";
import { useUnitOptions } from "./use-unit-options.ts";

const DAY_MS = 86_400_000;

/** A visitor's permission: for whom, when, how often. */
export function PassPanel({ pass, onClose }: { pass: Pass | null; onClose(): void }) {
  const { t } = useTranslation();
  const { timeZone } = useTimes();
  const { membership } = useTenant();
  const { save, remove } = useRegisterChanges();
  const { units } = useRegister();
  const houses = useUnitOptions();
  const [nowMs] = useState(serverNowMs);
  const [visitorName, setVisitorName] = useState(pass?.visitorName ?? "");
  const [unitId, setUnitId] = useState(pass?.unitId ?? null);
  const [written, setWritten] = useState(pass?.plate ?? "");
  const [from, setFrom] = useState(localInput(pass?.validFromMs ?? nowMs, timeZone));
  const [until, setUntil] = useState(localInput(pass?.validUntilMs ?? nowMs + DAY_MS, timeZone));
  const [maxUses, setMaxUses] = useState(pass?.maxUses ?? 1);
  const [schedule, setSchedule] = useState<Schedule | null>(pass?.schedule ?? null);

  const plate = written.trim() === "" ? null : normalizePlate(written);
  const validFromMs = localInputMs(from, timeZone);
  const validUntilMs = localInputMs(until, timeZone);
  const endsBefore = !(validUntilMs > validFromMs);
  const unitName = units.find(({ id }) => id === unitId)?.name ?? "";
  const isValid =
    visitorName.trim() !== "" &&
    unitId !== null &&
    plate !== undefined &&
    !endsBefore &&
    isScheduleValid(schedule);
  const mayRemove = may(membership.role, "editRegister");

  const store = async (revokedAtMs: number | null) => {
    if (unitId === null || plate === undefined) return;
    await save("visitor_passes", pass, {
      unitId,
      visitorName: visitorName.trim(),
      plate,
      validFromMs,
      validUntilMs,
      schedule,
      maxUses,
      revokedAtMs,
    });
  };

  return (
    <SidePanel
      title={pass ? pass.visitorName : t("passes.add")}
      onClose={onClose}
      isValid={isValid}
      onSave={() => store(pass?.revokedAtMs ?? null)}
      removal={
        pass && mayRemove
          ? {
              label: t("passes.remove"),
              question: t("passes.removeQuestion", { visitor: pass.visitorName, unit: unitName }),
              onRemove: () => remove("visitor_passes", pass.id),
            }
          : pass && pass.revokedAtMs === null
            ? {
                label: t("passes.revoke"),
                question: t("passes.revokeQuestion", { visitor: pass.visitorName }),
                onRemove: () => store(serverNowMs()),
              }
            : undefined
      }
    >
      <TextInput
        label={t("passes.visitor")}
        value={visitorName}
        onChange={(event) => setVisitorName(event.currentTarget.value)}
        maxLength={120}
        required
        data-autofocus={!pass || undefined}
        data-testid="pass-visitor"
      />
      <Select
        label={t("passes.unit")}
        data={houses}
        value={unitId}
        onChange={setUnitId}
        searchable
        required
        nothingFoundMessage={t("visitor.noUnit")}
      />
      <TextInput
        label={t("passes.plate")}
        description={t("visitor.plateHint")}
        value={written}
        onChange={(event) => setWritten(event.currentTarget.value.toUpperCase())}
        maxLength={14}
        error={plate === undefined ? t("plate.invalid") : null}
      />
      <div className={classes["pair"]}>
        <TextInput
          label={t("passes.from")}
          type="datetime-local"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          label={t("passes.until")}
          type="datetime-local"
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
          error={endsBefore ? t("passes.endsBefore") : null}
        />
      </div>
      <NumberInput
        label={t("passes.maxUses")}
        value={maxUses}
        onChange={(value) => setMaxUses(Number(value) || 1)}
        min={Math.max(1, pass?.uses ?? 1)}
        max={1000}
      />
      <ScheduleField value={schedule} onChange={setSchedule} />
      {pass && passState(pass, nowMs) !== "over" && pass.revokedAtMs === null && (
        <PassCardView pass={pass} unitName={unitName} />
      )}
    </SidePanel>
  );
}
