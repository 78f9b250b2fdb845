import type { Catalog } from "./catalog.ts";

export interface Column {
  name: string;
  /** The type as SQL writes it, qualified. */
  type: string;
  /** The default as SQL, where there is one. */
  default: string | null;
}

/** A table or view. */
export interface Relation {
  oid: string;
  schema: string;
  name: string;
  isView: boolean;
  columns: Map<string, Column>;
  /** For a view, the base table's key where the view has all of it. */
  primaryKey: string[];
  uniqueKeys: string[][];
  /** Functions of one row of it, usable like columns. */
  computed: Set<string>;
}

export interface Parameter {
  /** Empty for an unnamed one. */
  name: string;
  type: string;
  isRequired: boolean;
  isVariadic: boolean;
}

/** A function. */
export interface Routine {
  schema: string;
  name: string;
  parameters: Parameter[];
  isVolatile: boolean;
  returnsSet: boolean;
  isVoid: boolean;
  /** Gives rows with columns rather than one value. */
  isComposite: boolean;
  /** Its own `statement_timeout`, which replaces its caller's. */
  timeout: string | undefined;
  /** The relation whose rows it gives, or a nameless one with its output columns. */
  returns: Relation | undefined;
}

/** The rows of a function that gives no relation's rows: their columns are not known beforehand. */
export function unnamedRelation({ schema, name }: Pick<Routine, "schema" | "name">): Relation {
  return {
    oid: "0",
    schema,
    name,
    isView: true,
    columns: new Map(),
    primaryKey: [],
    uniqueKeys: [],
    computed: new Set(),
  };
}

/** The names of columns by their numbers. */
export function namesOf(catalog: Catalog, oid: string, numbers: number[]): string[] {
  const columns = catalog.relations.find((r) => r.oid === oid)?.columns ?? [];
  return numbers.map((number) => columns.find((c) => c.number === number)?.name ?? "");
}
