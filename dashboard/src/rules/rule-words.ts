import type { OpeningRules } from "@portero/access";
import { useTranslation } from "react-i18next";

/** What a rule asks, as one would say it to an assembly. */
export function useRuleWords(): (rule: keyof OpeningRules, value: number) => string {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  return (rule, value) => {
    switch (rule) {
      case "minLead":
        return t("rules.asks.lead", { times: number.format(value) });
      case "minAgreeingFrames":
        return t("rules.asks.frames", { count: value });
      case "minCharacterConfidence":
        return t("rules.asks.character", { percent: Math.round(value * 100) });
    }
  };
}
