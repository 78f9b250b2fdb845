import { Select, TextInput } from "@mantine/core";
import type { InsideVehicle } from "@portero/store";
import { IconInfoCircle, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs, useNowMs } from "../app/clock.ts";
import { useRegister, useSites, useTenant, useTimes } from "../app/tenant.tsx";
import { Page } from "../ui/Page.tsx";
import { Plate } from "../ui/Plate.tsx";
import { matches } from "../ui/search.ts";
import { Table } from "../ui/Table.tsx";
import { ago, dateTime } from "../ui/times.ts";
import classes from "./InsidePage.module.css";
import { describeInside, type Inside } from "./inside.ts";
import { useInsideUpdates } from "./use-inside-updates.ts";

/** A vehicle that came in longer ago has most likely left unseen. */
const LOOK_BACK_MS = 30 * 86_400_000;
/** So long inside is marked: it may have left without being seen. */
const LONG_MS = 3 * 86_400_000;

/** Who is inside as far as the cameras can say, with the time since they came. */
export function InsidePage() {
  const { t, i18n } = useTranslation();
  const { membership, data } = useTenant();
  const { exact, timeZone } = useTimes();
  const { cameras, gates } = useSites();
  const register = useRegister();
  const navigate = useNavigate();
  const nowMs = useNowMs();
  const [typed, setTyped] = useState("");
  const [unit, setUnit] = useState<string | null>(null);
  const queryKey = [membership.tenantId, "inside"];
  const found = useQuery({
    queryKey,
    queryFn: ({ signal }) => data.vehiclesInside(serverNowMs() - LOOK_BACK_MS, signal),
    staleTime: 5_000,
  });
  useInsideUpdates(queryKey);

  const all = (found.data ?? []).map((vehicle) => describeInside(vehicle, register));
  const rows = all.filter(
    (vehicle) =>
      (unit === null || vehicle.unit === unit) &&
      matches(typed, {
        texts: [vehicle.unit ?? "", vehicle.person ?? "", vehicle.openedBy ?? ""],
        plates: [vehicle.plate],
      }),
  );
  const byName = new Intl.Collator(i18n.language, { numeric: true });
  const units = [...new Set(all.flatMap((vehicle) => vehicle.unit ?? []))].sort(byName.compare);
  const count = (kind: Inside["kind"]) => all.filter((vehicle) => vehicle.kind === kind).length;
  const seesExits = cameras.some(({ direction, active }) => direction === "exit" && active);

  return (
    <Page
      title={t("inside.title")}
      lead={t("inside.lead", {
        count: all.length,
        residents: count("resident"),
        visitors: count("visitor"),
        others: count("other"),
      })}
      tools={
        <>
          <TextInput
            aria-label={t("inside.search")}
            placeholder={t("inside.search")}
            leftSection={<IconSearch size={18} />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-testid="search"
            w={260}
          />
          <Select
            aria-label={t("inside.unit")}
            placeholder={t("inside.allUnits")}
            data={units}
            value={unit}
            onChange={setUnit}
            searchable
            limit={50}
            clearable
            w={200}
            data-testid="inside-unit"
          />
        </>
      }
    >
      {cameras.length > 0 && !seesExits && (
        <p className={classes["note"]}>
          <IconInfoCircle size={20} aria-hidden="true" />
          {t("inside.noExits")}
        </p>
      )}
      <Table
        label={t("inside.title")}
        data-testid="inside"
        rows={rows}
        idOf={({ eventId }: InsideVehicle) => eventId}
        onOpen={({ eventId }) =>
          void navigate({
            to: "/t/$tenantId/events/$eventId",
            params: { tenantId: membership.tenantId, eventId },
          })
        }
        empty={
          found.isPending
            ? t("table.loading")
            : found.isError
              ? t("fault.unreachable")
              : all.length > 0
                ? t("history.none")
                : t("inside.none")
        }
        columns={[
          {
            key: "plate",
            title: t("history.plate"),
            width: "9rem",
            cell: ({ plate }) => <Plate plate={plate} size="small" />,
          },
          {
            key: "who",
            title: t("inside.who"),
            isMain: true,
            cell: ({ unit: house, person, openedBy, kind }) => (
              <span className={classes["who"]}>
                <strong>{house ?? t("inside.unknown")}</strong>
                {person && <span>{person}</span>}
                <small>
                  {openedBy ? t("inside.openedBy", { name: openedBy }) : t(`inside.kind.${kind}`)}
                </small>
              </span>
            ),
          },
          {
            key: "since",
            title: t("inside.since"),
            isMain: true,
            width: "12rem",
            cell: ({ enteredAtMs }) => (
              <span
                className={classes["since"]}
                data-long={nowMs - enteredAtMs > LONG_MS || undefined}
                title={exact(enteredAtMs)}
              >
                {ago(nowMs - enteredAtMs, i18n.language)}
                <small>
                  {nowMs - enteredAtMs > LONG_MS
                    ? t("inside.long")
                    : dateTime(enteredAtMs, i18n.language, timeZone)}
                </small>
              </span>
            ),
          },
          {
            key: "gate",
            title: t("history.gate"),
            width: "12rem",
            cell: ({ gateId }) => gates.find(({ id }) => id === gateId)?.name ?? "",
          },
        ]}
      />
    </Page>
  );
}
