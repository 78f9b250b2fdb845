import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { Page } from "../ui/Page.tsx";
import { ScrollRegion } from "../ui/ScrollRegion.tsx";
import { PersonData } from "./PersonData.tsx";
import classes from "./PrivacyPage.module.css";
import { RetentionForm } from "./RetentionForm.tsx";

/** How long data is kept, and what a person may ask of it: a copy, or to be forgotten. */
export function PrivacyPage() {
  const { t } = useTranslation();
  const { membership } = useTenant();
  const isMine = may(membership.role, "managePrivacy");
  return (
    <Page title={t("privacy.title")} lead={t("privacy.lead")}>
      <ScrollRegion className={classes["scroller"]} label={t("privacy.title")}>
        <RetentionForm mayEdit={isMine} />
        {isMine && <PersonData />}
      </ScrollRegion>
    </Page>
  );
}
