import { Alert, Button, Group, Select, TextInput } from "@mantine/core";
import { normalizePlate } from "@portero/access";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useRegister } from "../app/tenant.tsx";
import { useRegisterChanges } from "../register/use-register-changes.ts";
import { faultWords } from "../ui/fault-words.ts";
import { SideDrawer } from "../ui/SideDrawer.tsx";
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
  const [hasTried, setHasTried] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<"save" | "open" | null>(null);

  const plate = normalizePlate(written);
  const known = knowledgeOf(plate ?? null, register, serverNowMs());
  const isValid = residentId !== null && plate !== undefined && !known.vehicle;

  const store = async (andOpen: boolean) => {
    setHasTried(true);
    if (!isValid) return;
    setBusy(andOpen ? "open" : "save");
    setError(null);
    try {
      await save("vehicles", null, {
        residentId,
        plate,
        description: description.trim() || null,
        validFromMs: serverNowMs() - 60_000,
        validUntilMs: null,
        schedule: null,
        active: true,
      });
      if (andOpen) onOpen?.();
      onClose();
    } catch (cause) {
      setError(cause);
      setBusy(null);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void store(onOpen !== null);
  };
  const plateFault = () => {
    if (known.vehicle)
      return t("enrol.same", {
        name: known.vehicle.resident?.fullName ?? known.vehicle.unit?.name ?? "—",
      });
    if (plate || (!hasTried && written.trim().length < 2)) return null;
    return written.trim() === "" ? t("enrol.plateMissing") : t("plate.invalid");
  };

  return (
    <SideDrawer title={t("enrol.title")} onClose={onClose}>
      <form onSubmit={submit} data-testid="enrol-form">
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
          error={plateFault()}
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
        {error !== null && (
          <Alert mt="md" color="violet" role="alert">
            {faultWords(error, t)}
          </Alert>
        )}
        <Group mt="xl" justify="flex-end">
          <Button
            variant="default"
            size="md"
            loading={busy === "save"}
            disabled={busy !== null}
            onClick={() => void store(false)}
            data-testid="enrol-save"
          >
            {t("enrol.save")}
          </Button>
          {onOpen && (
            <Button
              type="submit"
              size="md"
              style={{ background: "var(--admitted-fill)", color: "#fff" }}
              loading={busy === "open"}
              disabled={busy !== null}
              data-testid="enrol-open"
            >
              {t("enrol.saveAndOpen")}
            </Button>
          )}
        </Group>
      </form>
    </SideDrawer>
  );
}
