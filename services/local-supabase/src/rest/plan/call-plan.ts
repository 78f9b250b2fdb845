import { RestError } from "../error.ts";
import type { Payload } from "../payload.ts";
import type { Parameter, Routine } from "../schema/objects.ts";
import type { SchemaCache } from "../schema/schema-cache.ts";
import { mostSimilar } from "../schema/similar.ts";

/** How a call brings its arguments: in a JSON body, or each as text in the URL. */
export type Arguments =
  | { kind: "json"; payload: Payload }
  | { kind: "text"; values: [name: string, value: string][] };

/** A call of one function with the parameters that get a value. */
export interface CallPlan {
  routine: Routine;
  /** Named ones, or the single unnamed one that takes the whole body. */
  parameters: Parameter[];
  args: Arguments;
}

/** Chooses the function by name and by its parameters' names. @throws {RestError} PGRST202, PGRST203 */
export function planCall(
  cache: SchemaCache,
  schema: string,
  name: string,
  args: Arguments,
): CallPlan {
  const keys = new Set(args.kind === "json" ? args.payload.keys : args.values.map(([key]) => key));
  const overloads = cache.routines(schema, name);
  const named = overloads.filter((routine) => takes(routine, keys));
  const unnamed = args.kind === "json" ? overloads.filter(takesWholeBody) : [];
  const candidates = named.length > 0 ? named : unnamed;
  const [routine] = candidates;
  if (!routine)
    throw noRoutine(cache, schema, name, [...keys].sort(), overloads, args.kind === "json");
  if (candidates.length > 1) throw ambiguous(candidates);
  const parameters =
    named.length > 0 ? routine.parameters.filter((p) => keys.has(p.name)) : routine.parameters;
  return { routine, parameters, args };
}

/** All required parameters are given, and nothing that is no parameter. */
function takes({ parameters }: Routine, keys: Set<string>): boolean {
  const names = new Set(parameters.map((p) => p.name));
  return (
    [...keys].every((key) => names.has(key)) &&
    parameters.every((p) => !p.isRequired || keys.has(p.name))
  );
}

function takesWholeBody({ parameters }: Routine): boolean {
  const [only] = parameters;
  return parameters.length === 1 && only?.name === "" && /^jsonb?$/u.test(only.type);
}

function noRoutine(
  cache: SchemaCache,
  schema: string,
  name: string,
  keys: string[],
  overloads: Routine[],
  hasBody: boolean,
): RestError {
  const called = `${schema}.${name}`;
  const list = keys.join(", ");
  const searched =
    keys.length === 0
      ? " without parameters"
      : ` with parameter${keys.length > 1 ? "s" : ""} ${list}`;
  const orWhole = hasBody ? " or with a single unnamed json/jsonb parameter" : "";
  const message = `Could not find the function ${called}${keys.length === 0 ? " without parameters" : `(${list})`} in the schema cache`;
  return new RestError(404, "PGRST202", message, {
    details: `Searched for the function ${called}${searched}${orWhole}, but no matches were found in the schema cache.`,
    hint: suggestion(cache, schema, name, list, overloads),
  });
}

function suggestion(
  cache: SchemaCache,
  schema: string,
  name: string,
  keys: string,
  overloads: Routine[],
): string | null {
  const called = `${schema}.${name}`;
  const meant = (what: string | undefined, before: string) =>
    what === undefined ? null : `Perhaps you meant to call the function ${before}${what}`;
  if (overloads.length === 0)
    return meant(mostSimilar(name, cache.routineNames(schema), 0.75), `${schema}.`);
  const lists = overloads.map(({ parameters }) => {
    const names = parameters.map((p) => p.name).sort();
    return `(${names.join(", ")})`;
  });
  return meant(mostSimilar(`(${keys})`, lists, 0.33), called);
}

function ambiguous(candidates: Routine[]): RestError {
  const lists = candidates.map(({ parameters }) => parameters.map((p) => `${p.name} => ${p.type}`));
  // Parameter by parameter, as PostgREST sorts them: one without any comes first.
  lists.sort((a, b) => (a.join("\0") < b.join("\0") ? -1 : 1));
  const [first] = candidates;
  const signatures = lists.map((list) => `${first?.schema}.${first?.name}(${list.join(", ")})`);
  return new RestError(
    300,
    "PGRST203",
    `Could not choose the best candidate function between: ${signatures.join(", ")}`,
    {
      hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
    },
  );
}
