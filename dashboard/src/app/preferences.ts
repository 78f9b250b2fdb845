import { useSyncExternalStore } from "react";

export type Language = "es" | "pt-BR" | "en";

/** Voices told apart by timbre and pitch; a room with a radio wants another than a quiet booth. */
export const VOICES = ["clear", "soft", "deep"] as const;
export type Voice = (typeof VOICES)[number];

/** What a person chose on this device. */
export interface Preferences {
  language: Language;
  isLargeType: boolean;
  /** 0 = muted … 1. */
  volume: number;
  isMuted: boolean;
  /** In which voice the desk calls. */
  voice: Voice;
  lastTenantId: string | null;
}

const KEY = "portero.preferences";
const listeners = new Set<() => void>();
let current: Preferences | undefined;

function browserLanguage(): Language {
  const wanted = navigator.language.toLowerCase();
  if (wanted.startsWith("pt")) return "pt-BR";
  return wanted.startsWith("en") ? "en" : "es";
}

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
  } catch {
    return {};
  }
}

export function preferences(): Preferences {
  current ??= {
    language: browserLanguage(),
    isLargeType: false,
    volume: 0.7,
    isMuted: false,
    voice: "clear",
    lastTenantId: null,
    ...stored(),
  };
  return current;
}

export function changePreferences(change: Partial<Preferences>): void {
  current = { ...preferences(), ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}
