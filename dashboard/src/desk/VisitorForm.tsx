import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { normalizePlate } from "@portero/access";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useRegisterChanges } from "../register/use-register-changes.ts";
import { useUnitOptions } from "../register/use-unit-options.ts";
import { CardForm } from "./CardForm.tsx";
import type { Visit } from "./visits.ts";

const HOUR_MS = 3_600_000;
const LENGTHS = ["2", "12", "24"] as const;

interface VisitorFormProps {
  visit: Visit;
  onClose(): void;
  onOpen: (() => void) | null;
}

/** Registers whoever stands there as a house's visitor, for some hours and one entry. */
export function VisitorForm({ visit, onClose, onOpen }: VisitorFormProps) {
  const { t } = useTranslation();
  const { save } = useRegisterChanges();
  const houses = useUnitOptions();
  const [unitId, setUnitId] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [written, setWritten] = useState(visit.plate ?? "");
  const [hours, setHours] = useState<string>("12");

  const plate = written.trim() === "" ? null : normalizePlate(written);
  const isValid = unitId !== null && name.trim() !== "" && plate !== undefined;

  const store = () => {
    const nowMs = serverNowMs();
    return save("visitor_passes", null, {
      unitId: unitId ?? "",
      visitorName: name.trim(),
      plate: plate ?? null,
      // A little earlier than now, so that a clock that is ahead does not close the pass to its own visitor.
      validFromMs: nowMs - 60_000,
      validUntilMs: nowMs + Number(hours) * HOUR_MS,
      schedule: null,
      maxUses: 1,
      revokedAtMs: null,
    });
  };

  return (
    <CardForm
      title={t("visitor.title")}
      words={{ save: t("visitor.save"), saveAndOpen: t("visitor.saveAndOpen") }}
      isValid={isValid}
      onSave={store}
      onClose={onClose}
      onOpen={onOpen}
      testId="visitor"
    >
      {(hasTried) => (
        <>
          <Select
            label={t("visitor.unit")}
            placeholder={t("visitor.unitHint")}
            data={houses}
            value={unitId}
            onChange={setUnitId}
            searchable
            limit={50}
            nothingFoundMessage={t("visitor.noUnit")}
            error={hasTried && unitId === null ? t("visitor.unitMissing") : null}
            data-autofocus
            size="md"
            data-testid="visitor-unit"
          />
          <TextInput
            label={t("visitor.name")}
            mt="md"
            size="md"
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={hasTried && name.trim() === "" ? t("visitor.nameMissing") : null}
            data-testid="visitor-name"
          />
          <TextInput
            label={t("visitor.plate")}
            description={t("visitor.plateHint")}
            mt="md"
            size="md"
            maxLength={14}
            value={written}
            onChange={(event) => setWritten(event.currentTarget.value.toUpperCase())}
            error={plate === undefined ? t("plate.invalid") : null}
          />
          <fieldset style={{ border: 0, padding: 0, margin: "1rem 0 0" }}>
            <legend style={{ fontSize: "1rem", fontWeight: 500, padding: 0, marginBottom: 4 }}>
              {t("visitor.until")}
            </legend>
            <SegmentedControl
              fullWidth
              value={hours}
              onChange={setHours}
              data={LENGTHS.map((value) => ({
                value,
                label: t("visitor.hours", { count: Number(value) }),
              }))}
            />
          </fieldset>
        </>
      )}
    </CardForm>
  );
}
