import { Button, Textarea, TextInput } from "@mantine/core";
import { normalizePlate } from "@portero/access";
import type { Denied } from "@portero/store";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { registerQuery, useRegister, useTenant, useTimes } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { Page } from "../ui/Page.tsx";
import { Plate } from "../ui/Plate.tsx";
import { SidePanel } from "../ui/SidePanel.tsx";
import { matches } from "../ui/search.ts";
import { Table } from "../ui/Table.tsx";
import { dateTime } from "../ui/times.ts";
import classes from "./register.module.css";
import { useRegisterChanges } from "./use-register-changes.ts";

/** Plates that are never admitted by themselves, and why. */
export function DeniedPage() {
  const { t } = useTranslation();
  const { language, timeZone } = useTimes();
  const tenant = useTenant();
  const { isPending } = useQuery(registerQuery(tenant));
  const { denied } = useRegister();
  const mayEdit = may(tenant.membership.role, "editRegister");
  const [typed, setTyped] = useState("");
  const [opened, setOpened] = useState<Denied | "new" | null>(null);
  const search = useDeferredValue(typed);
  const rows = denied.filter(({ plate, reason }) =>
    matches(search, { texts: [reason], plates: [plate] }),
  );
  return (
    <Page
      title={t("denied.title")}
      lead={t("denied.lead")}
      actions={
        mayEdit && (
          <Button
            leftSection={<IconPlus size={18} />}
            onClick={() => setOpened("new")}
            data-testid="add"
          >
            {t("denied.add")}
          </Button>
        )
      }
      tools={
        <TextInput
          className={classes["search"] ?? ""}
          aria-label={t("denied.search")}
          placeholder={t("denied.search")}
          leftSection={<IconSearch size={18} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-testid="search"
        />
      }
    >
      <Table
        label={t("denied.title")}
        data-testid="denied"
        rows={rows}
        idOf={({ id }) => id}
        onOpen={mayEdit ? setOpened : undefined}
        openedId={opened && opened !== "new" ? opened.id : null}
        empty={
          isPending
            ? t("table.loading")
            : search
              ? t("table.nothing", { typed: search })
              : t("denied.none")
        }
        columns={[
          {
            key: "plate",
            title: t("denied.plate"),
            width: "10rem",
            cell: ({ plate }) => <Plate plate={plate} size="small" />,
          },
          {
            key: "reason",
            title: t("denied.reason"),
            isMain: true,
            cell: ({ reason }) => reason,
          },
          {
            key: "since",
            title: t("denied.since"),
            width: "14rem",
            cell: ({ createdAtMs }) => dateTime(createdAtMs, language, timeZone),
          },
        ]}
      />
      {opened && (
        <DeniedPanel entry={opened === "new" ? null : opened} onClose={() => setOpened(null)} />
      )}
    </Page>
  );
}

function DeniedPanel({ entry, onClose }: { entry: Denied | null; onClose(): void }) {
  const { t } = useTranslation();
  const { save, remove } = useRegisterChanges();
  const { vehicles, residents } = useRegister();
  const [written, setWritten] = useState(entry?.plate ?? "");
  const [reason, setReason] = useState(entry?.reason ?? "");
  const plate = normalizePlate(written);
  const vehicle = vehicles.find((enrolled) => enrolled.plate === plate);
  const owner = residents.find(({ id }) => id === vehicle?.residentId);
  return (
    <SidePanel
      title={entry ? entry.plate : t("denied.add")}
      onClose={onClose}
      isValid={plate !== undefined && reason.trim() !== ""}
      onSave={async () => {
        if (plate) await save("deny_list", entry, { plate, reason: reason.trim() });
      }}
      removal={
        entry
          ? {
              label: t("denied.remove"),
              question: t("denied.removeQuestion", { plate: entry.plate }),
              onRemove: () => remove("deny_list", entry.id),
            }
          : undefined
      }
    >
      <TextInput
        label={t("denied.plate")}
        value={written}
        onChange={(event) => setWritten(event.currentTarget.value.toUpperCase())}
        maxLength={14}
        required
        data-autofocus={!entry || undefined}
        description={owner ? t("denied.isResident", { name: owner.fullName }) : undefined}
        error={written.length > 1 && !plate ? t("plate.invalid") : null}
        data-testid="denied-plate"
      />
      <Textarea
        label={t("denied.reason")}
        description={t("denied.reasonHint")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={300}
        required
        autosize
        minRows={2}
        data-testid="denied-reason"
      />
    </SidePanel>
  );
}
