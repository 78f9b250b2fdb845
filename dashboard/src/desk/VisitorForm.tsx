import { Alert, Button, Group, SegmentedControl, Select, TextInput } from "@mantine/core";
import { normalizePlate } from "@portero/access";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { registerQuery, useTenant } from "../app/tenant.tsx";
import { useUnitOptions } from "../register/use-unit-options.ts";
import { faultWords } from "../ui/fault-words.ts";
import { SideDrawer } from "../ui/SideDrawer.tsx";
import type { Visit } from "./visits.ts";

const HOUR_MS = 3_600_000;
const LENGTHS = ["2", "12", "24"] as const;

interface VisitorFormProps {
  visit: Visit;
  onClose(): void;
  onOpen: (() => void) | null;
}

export function VisitorForm({ visit, onClose, onOpen }: VisitorFormProps) {
  const { t } = useTranslation();
  const tenant = useTenant();
  const queries = useQueryClient();
  const houses = useUnitOptions();
  const [unitId, setUnitId] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [written, setWritten] = useState(visit.plate ?? "");
  const [hours, setHours] = useState<string>("12");
  const [hasTried, setHasTried] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<"save" | "open" | null>(null);

  const plate = written.trim() === "" ? null : normalizePlate(written);
  const isValid = unitId !== null && name.trim() !== "" && plate !== undefined;

  const save = async (andOpen: boolean) => {
    setHasTried(true);
    if (!isValid) return;
    setBusy(andOpen ? "open" : "save");
    setError(null);
    try {
      const nowMs = serverNowMs();
      await tenant.data.saveEntry("visitor_passes", null, {
        unitId,
        visitorName: name.trim(),
        plate,
        // A little earlier than now, so that a clock that is ahead does not close the pass to its own visitor.
        validFromMs: nowMs - 60_000,
        validUntilMs: nowMs + Number(hours) * HOUR_MS,
        schedule: null,
        maxUses: 1,
        revokedAtMs: null,
      });
      void queries.invalidateQueries(registerQuery(tenant));
      if (andOpen) onOpen?.();
      onClose();
    } catch (cause) {
      setError(cause);
      setBusy(null);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(onOpen !== null);
  };

  return (
    <SideDrawer title={t("visitor.title")} onClose={onClose}>
      <form onSubmit={submit} data-testid="visitor-form">
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
            onClick={() => void save(false)}
          >
            {t("visitor.save")}
          </Button>
          {onOpen && (
            <Button
              type="submit"
              size="md"
              style={{ background: "var(--admitted-fill)", color: "#fff" }}
              loading={busy === "open"}
              disabled={busy !== null}
              data-testid="visitor-open"
            >
              {t("visitor.saveAndOpen")}
            </Button>
          )}
        </Group>
      </form>
    </SideDrawer>
  );
}
