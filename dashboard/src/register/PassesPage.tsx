import { Button, SegmentedControl, TextInput } from "@mantine/core";
import type { Pass } from "@portero/store";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { registerQuery, useRegister, useTenant, useTimes } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { Page } from "../ui/Page.tsx";
import { Plate } from "../ui/Plate.tsx";
import { matches } from "../ui/search.ts";
import { Table } from "../ui/Table.tsx";
import { dateTime } from "../ui/times.ts";
import { BulkPasses } from "./BulkPasses.tsx";
import { PassPanel } from "./PassPanel.tsx";
import { passState } from "./pass-state.ts";
import classes from "./register.module.css";
import { useScheduleWords } from "./schedule-words.ts";

const TONES = {
  valid: "admitted",
  later: "waiting",
  over: "past",
  used: "past",
  revoked: "refused",
};

/** Visitors who are expected, and those who were. */
export function PassesPage() {
  const { t } = useTranslation();
  const { language, timeZone } = useTimes();
  const scheduleWords = useScheduleWords();
  const tenant = useTenant();
  const { isPending } = useQuery(registerQuery(tenant));
  const { passes, units } = useRegister();
  const nowMs = useNowMs();
  const mayEdit = may(tenant.membership.role, "editPasses");
  const [typed, setTyped] = useState("");
  const [shown, setShown] = useState<"current" | "all">("current");
  const scannedId = useSearch({ from: "/t/$tenantId/passes", shouldThrow: false })?.pass;
  const navigate = useNavigate({ from: "/t/$tenantId/passes" });
  const [pressed, setOpened] = useState<Pass | "new" | null>(null);
  const scanned = passes.find(({ id }) => id === scannedId);
  const opened = pressed ?? scanned ?? null;
  const close = () => {
    setOpened(null);
    if (scannedId) void navigate({ search: {}, replace: true });
  };
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());
  const search = useDeferredValue(typed);

  const nameOf = (unitId: string) => units.find(({ id }) => id === unitId)?.name ?? "—";
  const rows = passes.filter((pass) => {
    const state = passState(pass, nowMs);
    if (shown === "current" && state !== "valid" && state !== "later") return false;
    return matches(search, {
      texts: [pass.visitorName, nameOf(pass.unitId)],
      plates: pass.plate ? [pass.plate] : [],
    });
  });

  // What the search hides is not changed.
  const ticked = rows.filter(({ id }) => chosenIds.has(id));

  return (
    <Page
      title={t("passes.title")}
      lead={t("passes.lead")}
      actions={
        mayEdit && (
          <Button
            leftSection={<IconPlus size={18} />}
            onClick={() => setOpened("new")}
            data-testid="add"
          >
            {t("passes.add")}
          </Button>
        )
      }
      tools={
        <>
          <TextInput
            className={classes["search"] ?? ""}
            aria-label={t("passes.search")}
            placeholder={t("passes.search")}
            leftSection={<IconSearch size={18} />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-testid="search"
          />
          <SegmentedControl
            aria-label={t("passes.shown")}
            value={shown}
            onChange={setShown}
            data={[
              { value: "current", label: t("passes.current") },
              { value: "all", label: t("passes.all") },
            ]}
          />
        </>
      }
    >
      {scannedId && !isPending && !scanned && (
        <p className={classes["notice"]} role="alert" data-testid="pass-unknown">
          {t("passes.unknown")}
        </p>
      )}
      {ticked.length > 0 && <BulkPasses passes={ticked} onDone={() => setChosenIds(new Set())} />}
      <Table
        label={t("passes.title")}
        selection={
          mayEdit
            ? {
                ids: chosenIds,
                onChange: setChosenIds,
                labelOf: ({ visitorName }) => t("bulk.choose", { name: visitorName }),
                allLabel: t("bulk.chooseAll"),
              }
            : undefined
        }
        data-testid="passes"
        rows={rows}
        idOf={({ id }) => id}
        onOpen={mayEdit ? setOpened : undefined}
        openedId={opened && opened !== "new" ? opened.id : null}
        empty={
          isPending
            ? t("table.loading")
            : search
              ? t("table.nothing", { typed: search })
              : t("passes.none")
        }
        columns={[
          { key: "visitor", title: t("passes.visitor"), cell: ({ visitorName }) => visitorName },
          {
            key: "unit",
            title: t("passes.unit"),
            isMain: true,
            cell: ({ unitId }) => nameOf(unitId),
          },
          {
            key: "plate",
            title: t("passes.plate"),
            cell: ({ plate }) => (plate ? <Plate plate={plate} size="small" /> : "—"),
          },
          {
            key: "until",
            title: t("passes.until"),
            cell: ({ validUntilMs, schedule }) => (
              <>
                {dateTime(validUntilMs, language, timeZone)}
                {schedule && <div className={classes["quiet"]}>{scheduleWords(schedule)}</div>}
              </>
            ),
          },
          {
            key: "uses",
            title: t("passes.uses"),
            cell: ({ uses, maxUses }) => t("passes.usesOf", { uses, maxUses }),
          },
          {
            key: "state",
            title: t("table.state"),
            isMain: true,
            cell: (pass) => {
              const state = passState(pass, nowMs);
              return (
                <span className={classes["chip"]} data-tone={TONES[state]}>
                  {t(`passes.state.${state}`)}
                </span>
              );
            },
          },
        ]}
      />
      {opened && (
        <PassPanel
          key={opened === "new" ? "new" : opened.id}
          pass={opened === "new" ? null : opened}
          onClose={close}
        />
      )}
    </Page>
  );
}
