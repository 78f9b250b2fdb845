/** A piece of SQL whose values travel apart from its text. */
export interface Sql {
  readonly text: readonly string[];
  /** One between each two texts. */
  readonly values: readonly unknown[];
}

/** A finished statement for the extended protocol. */
export interface Statement {
  text: string;
  values: unknown[];
}

/** SQL written in the source: fragments are put in, everything else becomes a parameter. */
export function sql(strings: TemplateStringsArray, ...parts: unknown[]): Sql {
  const text: string[] = [strings[0] ?? ""];
  const values: unknown[] = [];
  parts.forEach((part, at) => {
    if (isSql(part)) append(text, values, part);
    else {
      values.push(part);
      text.push("");
    }
    text[text.length - 1] += strings[at + 1] ?? "";
  });
  return { text, values };
}

export const EMPTY: Sql = { text: [""], values: [] };

/** An identifier, quoted. Names come from the schema cache; only an alias comes from a request. */
export function identifier(...names: string[]): Sql {
  return trusted(names.map((name) => `"${name.replaceAll('"', '""')}"`).join("."));
}

/** SQL that our own source or the database's catalog wrote. Never anything from a request. */
export function trusted(text: string): Sql {
  return { text: [text], values: [] };
}

export function join(fragments: readonly Sql[], separator: string): Sql {
  const text: string[] = [""];
  const values: unknown[] = [];
  fragments.forEach((fragment, at) => {
    if (at > 0) text[text.length - 1] += separator;
    append(text, values, fragment);
  });
  return { text, values };
}

/** Numbers the parameters. */
export function statementOf(fragment: Sql): Statement {
  let text = fragment.text[0] ?? "";
  fragment.values.forEach((_, at) => {
    text += `$${at + 1}${fragment.text[at + 1] ?? ""}`;
  });
  return { text, values: [...fragment.values] };
}

function append(text: string[], values: unknown[], fragment: Sql): void {
  text[text.length - 1] += fragment.text[0] ?? "";
  for (let at = 1; at < fragment.text.length; at++) text.push(fragment.text[at] ?? "");
  for (const value of fragment.values) values.push(value);
}

function isSql(part: unknown): part is Sql {
  return typeof part === "object" && part !== null && "text" in part && "values" in part;
}
