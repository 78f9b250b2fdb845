import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { Page } from "../ui/Page.tsx";
import { ImportDone } from "./ImportDone.tsx";
import { ImportPlanned } from "./ImportPlanned.tsx";
import { ImportStart } from "./ImportStart.tsx";
import { useRefusedCsv } from "./register-csv.ts";
import { useImport } from "./use-import.ts";

/** A list of houses, people and vehicles goes into the register: first looked at line by line, then all at once. */
export function ImportPage() {
  const { t } = useTranslation();
  const { membership } = useTenant();
  if (may(membership.role, "editRegister")) return <ListImport />;
  return (
    <Page title={t("import.title")}>
      <p>{t("import.adminsOnly")}</p>
    </Page>
  );
}

function ListImport() {
  const { t } = useTranslation();
  const { state, lines, read, choose, carryOut, startAnew } = useImport();
  const refusedCsv = useRefusedCsv(lines);
  return (
    <Page title={t("import.title")} lead={t("import.lead")}>
      {(state.kind === "start" || state.kind === "reading") && (
        <ImportStart
          fault={state.kind === "start" ? state.fault : null}
          isBusy={state.kind === "reading"}
          onRead={(source) => void read(source)}
        />
      )}
      {(state.kind === "planned" || state.kind === "importing") && (
        <ImportPlanned
          planned={state}
          error={state.kind === "planned" ? state.error : null}
          isBusy={state.kind === "importing"}
          linesOf={lines}
          onColumns={(columns) => void choose(state, columns)}
          onCarryOut={() => void carryOut(state)}
          onRefused={() => void refusedCsv(state.plan.refused)}
          onAnew={startAnew}
        />
      )}
      {state.kind === "done" && (
        <ImportDone
          counts={state.counts}
          refused={state.plan.refused}
          onRefused={() => void refusedCsv(state.plan.refused)}
          onAnew={startAnew}
        />
      )}
    </Page>
  );
}
