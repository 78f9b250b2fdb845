import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { speak } from "./i18n.ts";
import { changePreferences, type Language, usePreferences } from "./preferences.ts";

const LANGUAGES = [
  { value: "es", label: "ES" },
  { value: "pt-BR", label: "PT" },
  { value: "en", label: "EN" },
] satisfies { value: Language; label: string }[];

export function LanguagePicker() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const choose = (chosen: Language) => {
    void speak(chosen).then(() => changePreferences({ language: chosen }));
  };
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("settings.language")}
      data={LANGUAGES}
      value={language}
      onChange={choose}
    />
  );
}
