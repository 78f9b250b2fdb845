import type { OpeningRules } from "@portero/access";
import type { StoredOpeningRules } from "@portero/store";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { faultWords } from "../ui/fault-words.ts";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { RulesForm } from "./RulesForm.tsx";
import classes from "./RulesPage.module.css";
import { RulesPreview } from "./RulesPreview.tsx";
import { rulesQuery } from "./rules-query.ts";

/** How certain a plate must be before a gate opens by itself, beside what that would have changed. */
export function RulesPage() {
  const { t } = useTranslation();
  const stored = useQuery(rulesQuery(useTenant()));
  return (
    <Page title={t("rules.title")} lead={t("rules.lead")}>
      <ScrollRegion className={classes["sides"]} label={t("rules.title")}>
        {stored.data ? (
          <Sides stored={stored.data} />
        ) : (
          <p>{stored.isError ? faultWords(stored.error, t) : t("table.loading")}</p>
        )}
      </ScrollRegion>
    </Page>
  );
}

function Sides({ stored }: { stored: StoredOpeningRules }) {
  const { membership } = useTenant();
  const [chosen, setChosen] = useState<Partial<OpeningRules>>({});
  const rules = { ...stored, ...chosen };
  return (
    <>
      <RulesForm
        stored={stored}
        rules={rules}
        onChoose={(change) => setChosen((before) => ({ ...before, ...change }))}
        onSaved={() => setChosen({})}
        mayEdit={may(membership.role, "manageSites")}
      />
      <RulesPreview stored={stored} rules={rules} />
    </>
  );
}
