import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { words as deskEn } from "./desk/en.ts";
import { words as deskEs } from "./desk/es.ts";
import { words as deskPt } from "./desk/pt-br.ts";
import { words as pagesEn } from "./pages/en.ts";
import { words as pagesEs } from "./pages/es.ts";
import { words as pagesPt } from "./pages/pt-br.ts";

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") found.set(prefix + key, value);
    else for (const [path, text] of leaves(value, `${prefix}${key}.`)) found.set(path, text);
  }
  return found;
}

const PLURAL = /_(one|many|other)$/;
const baseOf = (key: string) => key.replace(PLURAL, "");
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);

const SOURCES = join(import.meta.dirname, "..");
const source = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("words") && !path.includes(".test."))
  .map((path) => readFileSync(join(SOURCES, path), "utf8"))
  .join("\n");

/** `t("a.b")` and `t(\`a.${b}.c\`)`: whole keys, and patterns for those that are put together. */
const usedIn = (text: string) =>
  [...text.matchAll(/\bt\(\s*("[^"]+"|`[^`]+`)/g)].map(([, key = ""]) => {
    const pattern = key
      .slice(1, -1)
      .split(/\$\{[^}]+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("[^.]+");
    return new RegExp(`^${pattern}$`);
  });
const used = usedIn(source);

/** What the browser may fetch before any page but the desk: all but the router's pages, which bring words of their own. */
function withoutPages(path: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(path)) return found;
  const text = readFileSync(path, "utf8").replace(/\bpage\(\(\) => import\([^)]*\)/g, "");
  found.set(path, text);
  for (const [, name = ""] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+\.tsx?)"/g))
    withoutPages(resolve(dirname(path), name), found);
  return found;
}

const languages = {
  es: leaves({ ...deskEs, ...pagesEs }),
  "pt-BR": leaves({ ...deskPt, ...pagesPt }),
  en: leaves({ ...deskEn, ...pagesEn }),
};

describe("the words", () => {
  it.each(Object.entries(languages))("%s has every key, and no other", (_language, found) => {
    expect([...found.keys()].sort()).toEqual([...languages.es.keys()].sort());
  });

  it.each(Object.entries(languages))("%s leaves no text empty", (_language, found) => {
    expect([...found].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  it.each(Object.entries(languages))("%s fills in what Spanish fills in", (_language, found) => {
    // A form for one may say "a vehicle" instead of a number.
    const filled = (key: string, text: string) =>
      placeholders(text)
        .filter((name) => !(PLURAL.test(key) && name === "count"))
        .sort()
        .join();
    const differing = [...found].filter(
      ([key, text]) => filled(key, text) !== filled(key, languages.es.get(key) ?? ""),
    );
    expect(differing).toEqual([]);
  });

  it("are all used", () => {
    const unused = [...languages.es.keys()].filter(
      (key) => !used.some((pattern) => pattern.test(baseOf(key)) || pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  it("are there for whatever the screens say", () => {
    const keys = [...languages.es.keys()].flatMap((key) => [key, baseOf(key)]);
    const missing = used.filter((pattern) => !keys.some((key) => pattern.test(key)));
    expect(missing.map(String)).toEqual([]);
  });

  it("of the desk are enough for whatever is not a page", () => {
    const files = withoutPages(join(SOURCES, "app/main.tsx"));
    expect([...files.keys()].map((path) => path.slice(SOURCES.length + 1))).toEqual(
      expect.arrayContaining(["desk/InHandPane.tsx", "desk/EnrolForm.tsx", "session/LogIn.tsx"]),
    );
    const keys = [...leaves(deskEs).keys()].flatMap((key) => [key, baseOf(key)]);
    const missing = [...files].flatMap(([path, text]) =>
      usedIn(text)
        .filter((pattern) => !keys.some((key) => pattern.test(key)))
        .map((pattern) => `${path}: ${pattern}`),
    );
    expect(missing).toEqual([]);
  });
});
