import { Button, Select, Switch, TextInput } from "@mantine/core";
import { IconSearch, IconX } from "@tabler/icons-react";
import { memo, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRegister, useSites } from "../app/tenant.tsx";
import { GROUPS, type Group } from "./groups.ts";
import classes from "./HistoryPage.module.css";
import type { HistorySearch } from "./history-filter.ts";

interface HistoryToolsProps {
  search: HistorySearch;
  onChange(search: HistorySearch): void;
}

/** The fields that narrow the history down; drawn anew when they change, not with each page that comes. */
export const HistoryTools = memo(function HistoryTools({ search, onChange }: HistoryToolsProps) {
  const { t, i18n } = useTranslation();
  const { gates } = useSites();
  const { units } = useRegister();
  // On a phone the rarer fields wait behind a button: the list comes first.
  const [isOpen, setIsOpen] = useState(false);
  // The desk's search key leads here.
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  const byName = new Intl.Collator(i18n.language, { numeric: true });
  const set = <K extends keyof HistorySearch>(
    field: K,
    value: HistorySearch[K] | null | undefined,
  ) => {
    const { [field]: _before, ...rest } = search;
    onChange(value ? { ...rest, [field]: value } : (rest as HistorySearch));
  };
  return (
    <>
      <TextInput
        label={t("history.plate")}
        placeholder={t("history.plateHint")}
        leftSection={<IconSearch size={18} />}
        value={search.plate ?? ""}
        onChange={(event) => set("plate", event.currentTarget.value.slice(0, 20))}
        data-testid="search"
        ref={first}
        w={170}
      />
      <Switch
        label={t("history.alike")}
        checked={search.alike ?? false}
        onChange={(event) => set("alike", event.currentTarget.checked || undefined)}
        mb={7}
      />
      <Select
        label={t("history.what")}
        placeholder={t("history.everything")}
        data={(Object.keys(GROUPS) as Group[]).map((value) => ({
          value,
          label: t(`history.group.${value}`),
        }))}
        value={search.group ?? null}
        onChange={(value) => set("group", value as Group | null)}
        clearable
        w={190}
      />
      <Button
        variant="default"
        className={classes["toggle"] ?? ""}
        aria-expanded={isOpen}
        onClick={() => setIsOpen((now) => !now)}
      >
        {t("history.more")}
      </Button>
      <div className={classes["more"]} data-open={isOpen || undefined}>
        <Select
          label={t("history.gate")}
          placeholder={t("history.allGates")}
          data={gates.map(({ id, name }) => ({ value: id, label: name }))}
          value={search.gate ?? null}
          onChange={(value) => set("gate", value)}
          clearable
          w={170}
        />
        <Select
          label={t("history.unit")}
          placeholder={t("history.allUnits")}
          data={units.map(({ name }) => name).sort(byName.compare)}
          value={search.unit ?? null}
          onChange={(value) => set("unit", value)}
          searchable
          limit={50}
          clearable
          w={150}
          data-testid="history-unit"
        />
        <TextInput
          label={t("history.person")}
          placeholder={t("history.personHint")}
          value={search.person ?? ""}
          onChange={(event) => set("person", event.currentTarget.value.slice(0, 120))}
          w={190}
          data-testid="history-person"
        />
        <TextInput
          label={t("history.from")}
          type="datetime-local"
          value={search.from ?? ""}
          onChange={(event) => set("from", event.currentTarget.value)}
          w={205}
        />
        <TextInput
          label={t("history.until")}
          type="datetime-local"
          value={search.until ?? ""}
          onChange={(event) => set("until", event.currentTarget.value)}
          error={
            search.from && search.until && search.until <= search.from
              ? t("history.endsBefore")
              : null
          }
          w={205}
        />
      </div>
      {Object.keys(search).length > 0 && (
        <Button
          variant="subtle"
          leftSection={<IconX size={16} />}
          onClick={() => onChange({})}
          data-testid="history-clear"
        >
          {t("history.clear")}
        </Button>
      )}
    </>
  );
});
