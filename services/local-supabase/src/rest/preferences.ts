import { RestError } from "./error.ts";

/** What the `Prefer` headers ask for (RFC 7240). The first mention of a preference counts. */
export interface Preferences {
  resolution?: "merge-duplicates" | "ignore-duplicates";
  return?: "representation" | "minimal" | "headers-only";
  count?: "exact" | "planned" | "estimated";
  missing?: "default" | "null";
  handling?: "strict" | "lenient";
  tx?: "commit" | "rollback";
  timezone?: string;
  maxAffected?: number;
}

const CHOICES = new Map<string, readonly string[]>(
  Object.entries({
    resolution: ["merge-duplicates", "ignore-duplicates"],
    return: ["representation", "minimal", "headers-only"],
    count: ["exact", "planned", "estimated"],
    missing: ["default", "null"],
    handling: ["strict", "lenient"],
  }),
);

/**
 * Reads the `Prefer` header. `tx` counts only where ending the transaction is the client's choice.
 * @throws {RestError} PGRST122 for unknown preferences under `handling=strict`
 */
export function parsePreferences(header: string | undefined, allowRollback: boolean): Preferences {
  const preferences: Record<string, string | number> = {};
  const invalid: string[] = [];
  const choicesOf = (name: string) =>
    name === "tx" && allowRollback ? ["commit", "rollback"] : CHOICES.get(name);
  for (const part of header?.split(",") ?? []) {
    const preference = part.trim();
    const [name = "", value = ""] = split(preference);
    if (choicesOf(name)?.includes(value)) preferences[name] ??= value;
    else if (name === "max-affected" && /^[0-9]{1,15}$/u.test(value))
      preferences["maxAffected"] ??= Number(value);
    else if (name === "timezone" && isTimezone(value)) preferences[name] ??= value;
    else if (preference !== "" && name !== "max-affected") invalid.push(preference);
  }
  if (preferences["handling"] === "strict" && invalid.length > 0) {
    throw new RestError(400, "PGRST122", "Invalid preferences given with handling=strict", {
      details: `Invalid preferences: ${invalid.join(", ")}`,
    });
  }
  return preferences;
}

/** The `Preference-Applied` header, naming what of `applicable` was asked for. */
export function preferenceApplied(
  preferences: Preferences,
  applicable: (keyof Preferences)[],
): string | undefined {
  const applied = ORDER.filter((name) => {
    if (!applicable.includes(name) || preferences[name] === undefined) return false;
    return name !== "maxAffected" || preferences.handling === "strict";
  }).map((name) => `${name === "maxAffected" ? "max-affected" : name}=${preferences[name]}`);
  return applied.length > 0 ? applied.join(", ") : undefined;
}

const ORDER: (keyof Preferences)[] = [
  "resolution",
  "missing",
  "return",
  "count",
  "tx",
  "handling",
  "timezone",
  "maxAffected",
];

function split(preference: string): [string, string] {
  const at = preference.indexOf("=");
  return at < 0 ? [preference, ""] : [preference.slice(0, at), preference.slice(at + 1)];
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
