import { Alert, Select, TextInput } from "@mantine/core";
import { normalizePlate } from "@portero/access";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useRegister } from "../app/tenant.tsx";
import { useRegisterChanges } from "../register/use-register-changes.ts";
import { CardForm } from "./CardForm.tsx";
import { knowledgeOf } from "./known.ts";
import { usePeopleOptions } from "./use-people-options.ts";
import type { Visit } from "./visits.ts";

interface EnrolFormProps {
  visit: Visit;
  onClose(): void;
  onOpen: (() => void) | null;
}

/** Puts the vehicle in hand into the register as a resident's. */
export function EnrolForm({ visit, onClose, onOpen }: EnrolFormProps) {
  const { t } = useTranslation();
  const register = useRegister();
  const { save } = useRegisterChanges();
  const people = usePeopleOptions();
  const [residentId, setResidentId] = useState<string | null>(null);
  const [written, setWritten] = useState(visit.plate ?? "");
  const [description, setDescription] = useState("");

  const plate = normalizePlate(written);
  const known = knowledgeOf(plate ?? null, register, serverNowMs());
  const isValid = residentId !== null && plate !== undefined && !known.vehicle;

  const store = () =>
    save("vehicles", null, {
      residentId: residentId ?? "",
      plate: plate ?? "",
      description: description.trim() || null,
      validFromMs: serverNowMs() - 60_000,
      validUntilMs: null,
      schedule: null,
      active: true,
    });
  const plateFault = (hasTried: boolean) => {
    if (known.vehicle)
      return t("enrol.same", {
        name: known.vehicle.resident?.fullName ?? known.vehicle.unit?.name ?? "—",
      });
    if (plate || (!hasTried && written.trim().length < 2)) return null;
    return written.trim() === "" ? t("enrol.plateMissing") : t("plate.invalid");
  };

  return (
    <CardForm
      title={t("enrol.title")}
      words={{ save: t("enrol.save"), saveAndOpen: t("enrol.saveAndOpen") }}
      isValid={isValid}
      onSave={store}
      onClose={onClose}
      onOpen={onOpen}
      testId="enrol"
    >
      {(hasTried) => (
        <>
          <p style={{ margin: "0 0 1rem", color: "var(--text-2)" }}>{t("enrol.lead")}</p>
          <Select
            label={t("enrol.owner")}
            placeholder={t("enrol.ownerHint")}
            data={people}
            value={residentId}
            onChange={setResidentId}
            searchable
            limit={50}
            nothingFoundMessage={t("enrol.noOwner")}
            error={hasTried && residentId === null ? t("enrol.ownerMissing") : null}
            data-autofocus
            size="md"
            data-testid="enrol-owner"
          />
          <TextInput
            label={t("visitor.plate")}
            mt="md"
            size="md"
            maxLength={14}
            value={written}
            onChange={(event) => setWritten(event.currentTarget.value.toUpperCase())}
            error={plateFault(hasTried)}
            spellCheck={false}
            autoComplete="off"
            data-testid="enrol-plate"
          />
          <TextInput
            label={t("enrol.description")}
            placeholder={t("enrol.descriptionHint")}
            mt="md"
            size="md"
            maxLength={120}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {known.denied && (
            <Alert mt="md" color="red" variant="light">
              {t("enrol.denied", { reason: known.denied.reason })}
            </Alert>
          )}
        </>
      )}
    </CardForm>
  );
}
