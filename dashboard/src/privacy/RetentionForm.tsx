import { NumberInput } from "@mantine/core";
import type { PrivacySettings } from "@portero/store";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Tenant, useTenant } from "../app/tenant.tsx";
import { faultWords } from "../ui/fault-words.ts";
import { SaveFooter } from "../ui/SaveFooter.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import classes from "./PrivacyPage.module.css";

/** Each kind of data with the fewest days that the database takes. */
const KINDS = [
  ["picturesDays", 1],
  ["strangerPlatesDays", 1],
  ["passesDays", 1],
  ["eventsDays", 30],
  ["auditDays", 365],
] as const;
type Days = Omit<PrivacySettings, "updatedAt">;
const MOST_DAYS = 3650;

const privacyQuery = ({ membership, data }: Tenant) =>
  queryOptions({
    queryKey: [membership.tenantId, "privacy"],
    queryFn: ({ signal }) => data.privacy(signal),
  });

/** How many days pictures, plates, passes, events and the record are kept. */
export function RetentionForm({ mayEdit }: { mayEdit: boolean }) {
  const { t } = useTranslation();
  const tenant = useTenant();
  const queries = useQueryClient();
  const stored = useQuery(privacyQuery(tenant));
  const [typed, setTyped] = useState<Partial<Record<keyof Days, number | string>>>({});
  const { busy, error, attempt } = useAttempt<"save">();
  const [isSaved, setIsSaved] = useState(false);
  if (!stored.data) {
    return <p>{stored.isError ? faultWords(stored.error, t) : t("table.loading")}</p>;
  }
  const settings = stored.data;
  const daysOf = (kind: keyof Days) => typed[kind] ?? settings[kind];
  const faultOf = (kind: keyof Days, least: number) => {
    const days = Number(daysOf(kind));
    if (Number.isInteger(days) && days >= least && days <= MOST_DAYS) return null;
    return t("privacy.between", { least, most: MOST_DAYS });
  };
  const isValid = KINDS.every(([kind, least]) => faultOf(kind, least) === null);
  const isChanged = KINDS.some(([kind]) => Number(daysOf(kind)) !== settings[kind]);
  const shortened = KINDS.filter(([kind]) => Number(daysOf(kind)) < settings[kind]);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!isValid || !isChanged) return;
    const days = Object.fromEntries(KINDS.map(([kind]) => [kind, Number(daysOf(kind))]));
    const isDone = await attempt("save", () => tenant.data.savePrivacy({ ...settings, ...days }));
    if (isDone) setTyped({});
    setIsSaved(isDone);
    void queries.invalidateQueries(privacyQuery(tenant));
  };

  return (
    <form className={classes["card"]} onSubmit={save} noValidate>
      <h2>{t("privacy.kept")}</h2>
      <p>{t("privacy.keptLead")}</p>
      <div className={classes["days"]}>
        {KINDS.map(([kind, least]) => (
          <NumberInput
            key={kind}
            label={t(`privacy.kind.${kind}`)}
            description={t(`privacy.about.${kind}`)}
            value={daysOf(kind)}
            onChange={(value) => {
              setTyped((before) => ({ ...before, [kind]: value }));
              setIsSaved(false);
            }}
            suffix={` ${t("privacy.days")}`}
            error={faultOf(kind, least)}
            readOnly={!mayEdit}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            data-testid={`privacy-${kind}`}
          />
        ))}
      </div>
      {shortened.length > 0 && isValid && (
        <p className={classes["notice"]} role="alert">
          {t("privacy.shortened")}
        </p>
      )}
      <SaveFooter
        error={error}
        isBusy={busy !== null}
        mayEdit={mayEdit}
        maySave={isValid && isChanged}
        saved={isSaved ? t("privacy.saved") : null}
        testId="privacy"
      />
    </form>
  );
}
