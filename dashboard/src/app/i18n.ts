import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import { isolated } from "../ui/isolated.ts";
import type { Language } from "./preferences.ts";

const WORDS = {
  es: () => import("../words/es.ts"),
  "pt-BR": () => import("../words/pt-br.ts"),
  en: () => import("../words/en.ts"),
} satisfies Record<Language, () => Promise<unknown>>;

/** Starts with one language; the others are fetched when chosen. */
export async function startWords(language: Language): Promise<i18n> {
  const { words } = await WORDS[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: words } },
    fallbackLng: false,
    // React keeps markup inert; what names could still do is turn the line around.
    interpolation: { escape: isolated },
    returnNull: false,
  });
  document.documentElement.lang = language;
  return i18next;
}

export async function speak(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    const { words } = await WORDS[language]();
    i18next.addResourceBundle(language, "translation", words);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
