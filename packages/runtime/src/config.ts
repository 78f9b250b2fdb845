import { type Static, type TObject, type TSchema, type TString, Type } from "typebox";
import { Value } from "typebox/value";

/** The configuration cannot be used. `faults` names every fault, one line each, and never a secret's value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "invalid_config";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

type StringOptions = NonNullable<Parameters<typeof Type.String>[0]>;

/** A text that no fault and no log may show, such as a password or a signing key. */
export function Secret(options: StringOptions = {}): TString {
  return Type.String({ minLength: 1, ...options, secret: true });
}

/**
 * Reads a configuration from environment variables: the key `brokerUrl` comes from `BROKER_URL`, numbers and
 * booleans from their usual spelling, lists and objects from JSON. An empty variable counts as absent.
 *
 * @throws {ConfigError} naming all faults at once
 */
export function loadConfig<Schema extends TObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): Static<Schema> {
  const given: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [key, part] of Object.entries<TSchema>(schema.properties)) {
    const text = env[variableOf(key)];
    if (text === undefined || text.trim() === "") continue;
    try {
      given[key] = coerced(part, text);
    } catch {
      faults.push(`${variableOf(key)} must be JSON${expected(part)}`);
      given[key] = undefined;
    }
  }
  const filled = Value.Default(schema, given);
  const broken = new Set(Object.keys(given).filter((key) => given[key] === undefined));
  faults.push(...faultsOf(schema, filled, broken));
  if (faults.length > 0) throw new ConfigError(faults);
  return filled as Static<Schema>;
}

function variableOf(key: string): string {
  return key.replace(/[A-Z]+/g, "_$&").toUpperCase();
}

function coerced(schema: TSchema, text: string): unknown {
  const { type } = schema as { type?: string };
  if (type === "array" || type === "object") return JSON.parse(text);
  // TypeBox would read "1.5" as the integer 1 and "true" as 1: a number must look like one.
  if (type === "integer" && !/^\s*-?\d+\s*$/.test(text)) return text;
  if (type === "number" && !/^\s*-?\d+(\.\d+)?\s*$/.test(text)) return text;
  return Value.Convert(schema, text);
}

function faultsOf(schema: TObject, value: unknown, skipped: ReadonlySet<string>): string[] {
  const faults = new Map<string, string>();
  for (const error of Value.Errors(schema, value)) {
    const path = error.instancePath.split("/").slice(1).map(unescapePointer);
    if (error.keyword === "required") {
      for (const name of error.params.requiredProperties) {
        const missing = [...path, name];
        if (skipped.has(missing[0] ?? "")) continue;
        faults.set(labelOf(missing), `is missing${expected(partAt(schema, missing).schema)}`);
      }
      continue;
    }
    if (skipped.has(path[0] ?? "") || path.length === 0) continue;
    const part = partAt(schema, path);
    const choices = choicesOf(part.schema);
    const rule = choices ? `must be one of ${choices.join(", ")}` : error.message;
    // The first fault of a value says enough; an error within a union is told by the union's own.
    if (!faults.has(labelOf(path))) {
      faults.set(
        labelOf(path),
        `${rule}${shown(part, Value.Pointer.Get(value, error.instancePath))}`,
      );
    }
  }
  return [...faults].map(([label, text]) => `${label} ${text}`);
}

function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** `["cameras", "0", "url"]` as the reader wrote it: `CAMERAS[0].url`. */
function labelOf([key = "", ...rest]: readonly string[]): string {
  return (
    variableOf(key) + rest.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join("")
  );
}

interface Part {
  schema: TSchema | undefined;
  isSecret: boolean;
}

function partAt(root: TSchema, path: readonly string[]): Part {
  let schema: TSchema | undefined = root;
  let isSecret = false;
  for (const step of path) {
    const { properties, items } = (schema ?? {}) as {
      properties?: Record<string, TSchema>;
      items?: TSchema;
    };
    schema = properties?.[step] ?? items;
    // Where the schema ends (an unknown key, a union) nothing says that the value may be shown.
    isSecret ||= schema === undefined || (schema as { secret?: boolean }).secret === true;
  }
  return { schema, isSecret };
}

function choicesOf(schema: TSchema | undefined): unknown[] | undefined {
  const { enum: values, anyOf } = (schema ?? {}) as {
    enum?: unknown[];
    anyOf?: { const?: unknown }[];
  };
  if (values) return values;
  return anyOf?.every((part) => "const" in part) ? anyOf.map((part) => part.const) : undefined;
}

function expected(schema: TSchema | undefined): string {
  const { description } = (schema ?? {}) as { description?: string };
  return description ? `: ${description}` : "";
}

function shown({ isSecret }: Part, value: unknown): string {
  if (isSecret || value === null || typeof value === "object") return "";
  // A URL may carry a password even where nobody marked it as a secret.
  const text = String(value).replace(/\/\/.*@/, "//[redacted]@");
  return `, not ${JSON.stringify(text.slice(0, 80))}`;
}
