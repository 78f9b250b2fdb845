import { Button, TextInput } from "@mantine/core";
import type { Vehicle } from "@portero/store";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { registerQuery, useRegister, useTenant, useTimes } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { Page } from "../ui/Page.tsx";
import { Plate } from "../ui/Plate.tsx";
import { matches } from "../ui/search.ts";
import { Table } from "../ui/Table.tsx";
import { dateTime } from "../ui/times.ts";
import { BulkVehicles } from "./BulkVehicles.tsx";
import classes from "./register.module.css";
import { useScheduleWords } from "./schedule-words.ts";
import { VehiclePanel } from "./VehiclePanel.tsx";

/** Every vehicle that opens the gate by itself. */
export function VehiclesPage() {
  const { t } = useTranslation();
  const { language, timeZone } = useTimes();
  const scheduleWords = useScheduleWords();
  const tenant = useTenant();
  const { isPending } = useQuery(registerQuery(tenant));
  const { vehicles, residents, units } = useRegister();
  const nowMs = useNowMs();
  const mayEdit = may(tenant.membership.role, "editRegister");
  const [typed, setTyped] = useState("");
  const [opened, setOpened] = useState<Vehicle | "new" | null>(null);
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());
  const search = useDeferredValue(typed);

  const residentOf = useMemo(() => new Map(residents.map((one) => [one.id, one])), [residents]);
  const unitOf = useMemo(() => new Map(units.map((one) => [one.id, one])), [units]);
  const rows = vehicles
    .map((vehicle) => {
      const resident = residentOf.get(vehicle.residentId);
      const unit = unitOf.get(resident?.unitId ?? "");
      return { vehicle, resident: resident?.fullName ?? "—", unit: unit?.name ?? "—" };
    })
    .filter(({ vehicle, resident, unit }) =>
      matches(search, {
        texts: [resident, unit, vehicle.description ?? ""],
        plates: [vehicle.plate],
      }),
    );
  // What the search hides is not changed.
  const chosen = rows.flatMap(({ vehicle }) => (chosenIds.has(vehicle.id) ? [vehicle] : []));
  const stateOf = ({ active, validFromMs, validUntilMs }: Vehicle) => {
    if (!active) return { tone: "past", text: t("vehicles.state.off") };
    if (validFromMs > nowMs) return { tone: "waiting", text: t("vehicles.state.later") };
    if (validUntilMs !== null && validUntilMs <= nowMs) {
      return { tone: "refused", text: t("vehicles.state.over") };
    }
    return { tone: "admitted", text: t("vehicles.state.on") };
  };

  return (
    <Page
      title={t("vehicles.title")}
      lead={t("vehicles.lead", { count: vehicles.length })}
      actions={
        mayEdit && (
          <Button
            leftSection={<IconPlus size={18} />}
            onClick={() => setOpened("new")}
            data-testid="add"
          >
            {t("vehicles.add")}
          </Button>
        )
      }
      tools={
        <TextInput
          className={classes["search"] ?? ""}
          aria-label={t("vehicles.search")}
          placeholder={t("vehicles.search")}
          leftSection={<IconSearch size={18} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-testid="search"
        />
      }
    >
      {chosen.length > 0 && (
        <BulkVehicles vehicles={chosen} onDone={() => setChosenIds(new Set())} />
      )}
      <Table
        label={t("vehicles.title")}
        selection={
          mayEdit
            ? {
                ids: chosenIds,
                onChange: setChosenIds,
                labelOf: ({ vehicle }) => t("bulk.choose", { name: vehicle.plate }),
                allLabel: t("bulk.chooseAll"),
              }
            : undefined
        }
        data-testid="vehicles"
        rows={rows}
        idOf={({ vehicle }) => vehicle.id}
        onOpen={mayEdit ? ({ vehicle }) => setOpened(vehicle) : undefined}
        openedId={opened && opened !== "new" ? opened.id : null}
        empty={
          isPending
            ? t("table.loading")
            : search
              ? t("table.nothing", { typed: search })
              : t("vehicles.none")
        }
        columns={[
          {
            key: "plate",
            title: t("vehicles.plate"),
            width: "10rem",
            cell: ({ vehicle }) => <Plate plate={vehicle.plate} size="small" />,
          },
          { key: "unit", title: t("vehicles.unit"), isMain: true, cell: ({ unit }) => unit },
          { key: "owner", title: t("vehicles.owner"), cell: ({ resident }) => resident },
          {
            key: "description",
            title: t("vehicles.description"),
            cell: ({ vehicle }) => vehicle.description,
          },
          {
            key: "until",
            title: t("vehicles.when"),
            cell: ({ vehicle }) =>
              [
                scheduleWords(vehicle.schedule),
                vehicle.validUntilMs !== null &&
                  t("vehicles.untilDate", {
                    date: dateTime(vehicle.validUntilMs, language, timeZone),
                  }),
              ]
                .filter(Boolean)
                .join(" · "),
          },
          {
            key: "state",
            title: t("table.state"),
            cell: ({ vehicle }) => {
              const { tone, text } = stateOf(vehicle);
              return (
                <span className={classes["chip"]} data-tone={tone}>
                  {text}
                </span>
              );
            },
          },
        ]}
      />
      {opened && (
        <VehiclePanel vehicle={opened === "new" ? null : opened} onClose={() => setOpened(null)} />
      )}
    </Page>
  );
}
