import { Button, TextInput } from "@mantine/core";
import type { Resident, Unit, Vehicle } from "@portero/store";
import { IconPlus, IconSearch, IconTableImport } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { registerQuery, useRegister, useTenant } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { Page } from "../ui/Page.tsx";
import { Plate } from "../ui/Plate.tsx";
import { matches } from "../ui/search.ts";
import { Table } from "../ui/Table.tsx";
import { HousePanel } from "./HousePanel.tsx";
import classes from "./register.module.css";

interface House {
  unit: Unit;
  residents: Resident[];
  vehicles: Vehicle[];
}

/** Houses with who lives there and what they drive: the register as a condominium thinks of it. */
export function HousesPage() {
  const { t, i18n } = useTranslation();
  const tenant = useTenant();
  const { isPending } = useQuery(registerQuery(tenant));
  const register = useRegister();
  const mayEdit = may(tenant.membership.role, "editRegister");
  const [typed, setTyped] = useState("");
  const [openedId, setOpenedId] = useState<string | "new" | null>(null);
  const search = useDeferredValue(typed);

  const houses = useMemo(() => {
    const byName = new Intl.Collator(i18n.language, { numeric: true });
    const people = Map.groupBy(register.residents, ({ unitId }) => unitId);
    const drives = Map.groupBy(register.vehicles, ({ residentId }) => residentId);
    const all: House[] = register.units.map((unit) => {
      const residents = people.get(unit.id) ?? [];
      return { unit, residents, vehicles: residents.flatMap(({ id }) => drives.get(id) ?? []) };
    });
    return all.sort((a, b) => byName.compare(a.unit.name, b.unit.name));
  }, [register, i18n.language]);
  const found = houses.filter(({ unit, residents, vehicles }) =>
    matches(search, {
      texts: [
        unit.name,
        unit.notes ?? "",
        ...residents.flatMap(({ fullName, phone, email }) => [fullName, phone ?? "", email ?? ""]),
      ],
      plates: vehicles.map(({ plate }) => plate),
    }),
  );
  const opened = openedId === null ? undefined : houses.find(({ unit }) => unit.id === openedId);

  return (
    <Page
      title={t("houses.title")}
      lead={t("houses.lead", {
        houses: houses.length,
        residents: register.residents.length,
        vehicles: register.vehicles.length,
      })}
      actions={
        mayEdit && (
          <>
            <Button
              variant="default"
              leftSection={<IconTableImport size={18} />}
              renderRoot={(props) => (
                <Link
                  to="/t/$tenantId/import"
                  params={{ tenantId: tenant.membership.tenantId }}
                  {...props}
                />
              )}
              data-testid="import"
            >
              {t("import.open")}
            </Button>
            <Button
              leftSection={<IconPlus size={18} />}
              onClick={() => setOpenedId("new")}
              data-testid="add"
            >
              {t("houses.add")}
            </Button>
          </>
        )
      }
      tools={
        <TextInput
          className={classes["search"] ?? ""}
          aria-label={t("houses.search")}
          placeholder={t("houses.search")}
          leftSection={<IconSearch size={18} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-testid="search"
        />
      }
    >
      <Table
        label={t("houses.title")}
        data-testid="houses"
        rows={found}
        idOf={({ unit }) => unit.id}
        onOpen={({ unit }) => setOpenedId(unit.id)}
        openedId={openedId}
        empty={
          isPending
            ? t("table.loading")
            : search
              ? t("table.nothing", { typed: search })
              : t("houses.none")
        }
        columns={[
          { key: "name", title: t("houses.name"), width: "10rem", cell: ({ unit }) => unit.name },
          {
            key: "residents",
            title: t("houses.residents"),
            isMain: true,
            cell: ({ residents }) =>
              residents.map(({ fullName }) => fullName).join(", ") || (
                <span className={classes["none"]}>{t("houses.empty")}</span>
              ),
          },
          {
            key: "vehicles",
            title: t("houses.vehicles"),
            cell: ({ vehicles }) => (
              <span className={classes["plates"]}>
                {vehicles.map(({ id, plate, active }) => (
                  <span key={id} data-inactive={!active || undefined}>
                    <Plate plate={plate} size="small" />
                  </span>
                ))}
              </span>
            ),
          },
          {
            key: "notes",
            title: t("houses.notes"),
            cell: ({ unit }) => <span className={classes["quiet"]}>{unit.notes}</span>,
          },
        ]}
      />
      {openedId !== null && (openedId === "new" || opened) && (
        <HousePanel
          key={openedId}
          unit={opened?.unit ?? null}
          mayEdit={mayEdit}
          onClose={() => setOpenedId(null)}
          onCreated={setOpenedId}
        />
      )}
    </Page>
  );
}
