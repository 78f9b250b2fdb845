import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import { isolated } from "../ui/isolated.ts";
import type { Language } from "./preferences.ts";

const DESK_WORDS = {
  es: () => import("../words/desk/es.ts"),
  "pt-BR": () => import("../words/desk/pt-br.ts"),
  en: () => import("../words/desk/en.ts"),
} satisfies Record<Language, () => Promise<unknown>>;

const PAGE_WORDS = {
  es: () => import("../words/pages/es.ts"),
  "pt-BR": () => import("../words/pages/pt-br.ts"),
  en: () => import("../words/pages/en.ts"),
} satisfies Record<Language, () => Promise<unknown>>;

const learntPages = new Set<Language>();
let wantsPages = false;

/** Starts with the desk's words in one language; the others are fetched when chosen, those of the pages with the first page. */
export async function startWords(language: Language): Promise<i18n> {
  const { words } = await DESK_WORDS[language]();
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

async function learnPages(language: Language): Promise<void> {
  if (learntPages.has(language)) return;
  const { words } = await PAGE_WORDS[language]();
  i18next.addResourceBundle(language, "translation", words);
  learntPages.add(language);
}

/** Learns the words that the pages other than the desk need. */
export async function speakPages(): Promise<void> {
  // A language that is chosen meanwhile learns them too.
  wantsPages = true;
  await learnPages(i18next.language as Language);
}

export async function speak(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    const { words } = await DESK_WORDS[language]();
    i18next.addResourceBundle(language, "translation", words);
  }
  if (wantsPages) await learnPages(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
