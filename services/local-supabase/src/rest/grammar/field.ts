import { commaSeparated, parseWhole, type Scanner } from "./scanner.ts";

/** One step into a JSON value: `->` keeps JSON, `->>` gives text. */
export interface JsonStep {
  arrow: "->" | "->>";
  /** A key, or the index of an array element (from the end when negative). */
  operand: { key: string } | { index: number };
}

/** A column, or a value inside it. */
export interface Field {
  name: string;
  path: JsonStep[];
}

const IDENTIFIER = /[\p{L}0-9_ $]+/uy;
/** Dashes may join identifiers, but `->` starts a JSON path. */
const NAME = /[\p{L}0-9_ $]+(?:-(?!>)[\p{L}0-9_ $]+)*/uy;
// NUL cannot occur in a Postgres identifier. Unrolled, so that an open quote costs one pass.
const QUOTED = /"([^"\\\0]*(?:\\[^\0][^"\\\0]*)*)"/uy;
const INDEX = /-?[0-9]{1,9}(?=->|::|[.,)]|$)/uy;

/** `identifier ::= (letter | digit | "_" | " " | "$")+`, blanks around it dropped. */
export function identifier(s: Scanner): string | undefined {
  return s.match(IDENTIFIER, "letter, digit")?.[0].trim();
}

/** `field-name ::= quoted | identifier ("-" identifier)*` */
export function fieldName(s: Scanner): string | undefined {
  if (s.sees('"')) return quotedValue(s);
  const found = s.match(NAME, "field name (* or [a..z0..9_$])");
  if (found) s.expected('letter, digit, "-"');
  return found?.[0].replace(/ *- */g, "-").trim();
}

/** `quoted ::= '"' (character | "\" character)* '"'` */
export function quotedValue(s: Scanner): string | undefined {
  return s.match(QUOTED, "quoted value")?.[1]?.replace(/\\(.)/gsu, "$1");
}

/** `json-path ::= (("->>" | "->") (index | field-name))*` */
export function jsonPath(s: Scanner): JsonStep[] | undefined {
  const steps: JsonStep[] = [];
  for (;;) {
    const arrow = s.take("->>") ? "->>" : s.take("->") ? "->" : undefined;
    if (!arrow) return steps;
    const index = s.match(INDEX, "digit");
    if (index) {
      steps.push({ arrow, operand: { index: Number(index[0]) } });
      continue;
    }
    const key = fieldName(s);
    if (key === undefined) return undefined;
    steps.push({ arrow, operand: { key } });
  }
}

/** `field ::= field-name json-path` */
export function field(s: Scanner): Field | undefined {
  s.skipBlanks();
  const name = fieldName(s);
  const path = name === undefined ? undefined : jsonPath(s);
  if (name === undefined || path === undefined) return undefined;
  s.skipBlanks();
  return { name, path };
}

/** `tree-path ::= (embed ".")* field`, the key of a filter. */
export function parseTreePath(key: string): { embeds: string[]; field: Field } {
  return parseWhole(key, `failed to parse tree path (${key})`, (s) => {
    const names = dottedNames(s);
    const path = names && jsonPath(s);
    const name = names?.pop();
    if (!names || !path || name === undefined) return undefined;
    return { embeds: names, field: { name, path } };
  });
}

/** `logic-path ::= (embed ".")* ("not" ".")? ("and" | "or")`, the key of a logic tree. */
export function parseLogicPath(key: string): { embeds: string[]; operator: string } {
  const names = parseWhole(key, `failed to parse logic path (${key})`, dottedNames);
  const operator = names.pop() ?? "";
  const isNegated = names.includes("not");
  return {
    embeds: names.filter((name) => name !== "not"),
    operator: isNegated ? `not.${operator}` : operator,
  };
}

/** `columns ::= field-name ("," field-name)*`, of `columns` and `on_conflict`. */
export function parseColumns(parameter: "columns" | "on_conflict", text: string): string[] {
  const label = parameter === "columns" ? "columns parameter" : "on_conflict parameter";
  return parseWhole(text, `failed to parse ${label} (${text})`, (s) =>
    commaSeparated(s, () => fieldName(s)),
  );
}

function dottedNames(s: Scanner): string[] | undefined {
  const names: string[] = [];
  do {
    const name = fieldName(s);
    if (name === undefined) return undefined;
    names.push(name);
  } while (s.take(".", "delimiter (.)"));
  return names;
}
