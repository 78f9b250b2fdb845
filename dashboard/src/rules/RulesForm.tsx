import { Button, SegmentedControl } from "@mantine/core";
import { DEFAULT_OPENING_RULES, type OpeningRules } from "@portero/access";
import type { StoredOpeningRules } from "@portero/store";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { SaveFooter } from "../ui/SaveFooter.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import classes from "./RulesPage.module.css";
import { useRuleWords } from "./rule-words.ts";
import { rulesQuery } from "./rules-query.ts";

/** From the product's own, the least, to the strictest that a vehicle at a gate can meet. */
const CHOICES = {
  minLead: [50, 200, 1000],
  minAgreeingFrames: [2, 3, 4],
  minCharacterConfidence: [0.8, 0.9, 0.95],
} satisfies Record<keyof OpeningRules, number[]>;
const RULES = ["minLead", "minAgreeingFrames", "minCharacterConfidence"] as const;

interface RulesFormProps {
  stored: StoredOpeningRules;
  rules: StoredOpeningRules;
  onChoose(change: Partial<OpeningRules>): void;
  onSaved(): void;
  mayEdit: boolean;
}

/** The three things that an opening asks for, in steps. */
export function RulesForm({ stored, rules, onChoose, onSaved, mayEdit }: RulesFormProps) {
  const { t } = useTranslation();
  const tenant = useTenant();
  const queries = useQueryClient();
  const { busy, error, attempt } = useAttempt<"save">();
  const [isSaved, setIsSaved] = useState(false);
  const isChanged = RULES.some((rule) => rules[rule] !== stored[rule]);
  const choose = (change: Partial<OpeningRules>) => {
    setIsSaved(false);
    onChoose(change);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isDone = await attempt("save", () => tenant.data.saveOpeningRules(rules));
    await queries.invalidateQueries(rulesQuery(tenant));
    setIsSaved(isDone);
    if (isDone) onSaved();
  };
  return (
    <form className={classes["card"]} onSubmit={submit} data-testid="rules-form">
      <h2>{t("rules.asked")}</h2>
      <p>{t("rules.askedLead")}</p>
      {RULES.map((rule) => (
        <RuleSteps
          key={rule}
          rule={rule}
          value={rules[rule]}
          onChoose={(value) => choose({ [rule]: value })}
          mayEdit={mayEdit}
        />
      ))}
      <SaveFooter
        error={error}
        isBusy={busy !== null}
        mayEdit={mayEdit}
        maySave={isChanged}
        saved={isSaved && !isChanged ? t("rules.saved") : null}
        testId="rules"
      >
        {RULES.some((rule) => rules[rule] !== DEFAULT_OPENING_RULES[rule]) && (
          <Button variant="default" onClick={() => choose(DEFAULT_OPENING_RULES)}>
            {t("rules.reset")}
          </Button>
        )}
      </SaveFooter>
    </form>
  );
}

function RuleSteps(props: {
  rule: keyof OpeningRules;
  value: number;
  onChoose(value: number): void;
  mayEdit: boolean;
}) {
  const { rule, value, onChoose, mayEdit } = props;
  const { t } = useTranslation();
  const words = useRuleWords();
  const labelId = useId();
  const steps = ["normal", "strict", "strictest"] as const;
  // What lies between two steps was not set on this page; it is shown as the step that it has passed.
  const step = CHOICES[rule].findLastIndex((choice) => choice <= value);
  return (
    <div className={classes["rule"]}>
      <h3 id={labelId}>{t(`rules.rule.${rule}`)}</h3>
      <SegmentedControl
        fullWidth
        aria-labelledby={labelId}
        value={String(step)}
        onChange={(at) => onChoose(CHOICES[rule][Number(at)] ?? value)}
        data={steps.map((name, at) => ({
          value: String(at),
          label: rule === "minAgreeingFrames" ? String(CHOICES[rule][at]) : t(`rules.step.${name}`),
        }))}
        readOnly={!mayEdit}
        data-testid={`rules-${rule}`}
      />
      <p>{words(rule, value)}</p>
    </div>
  );
}
