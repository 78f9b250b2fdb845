/** What may be set in the database, as PostgREST's in-database configuration. */
export interface RestConfig {
  /** The exposed schemas; the first is the default. */
  schemas: string[];
  /** Largest page and embedded list. */
  maxRows: number;
  /** Whether `Prefer: tx=rollback` is honoured. */
  allowRollback: boolean;
  /** Whether aggregate functions may be selected. */
  aggregates: boolean;
}

/** Settings as `pgrst.db_…` and their values, over what the service was started with. */
export function configOf(
  settings: { name: string; value: string }[],
  started: Pick<RestConfig, "schemas" | "maxRows">,
): RestConfig {
  const values = new Map(settings.map(({ name, value }) => [name, value]));
  const schemas = values
    .get("pgrst.db_schemas")
    ?.split(",")
    .map((name) => name.trim());
  const maxRows = Number(values.get("pgrst.db_max_rows") ?? "x");
  return {
    schemas: schemas ?? started.schemas,
    maxRows: Number.isInteger(maxRows) ? maxRows : started.maxRows,
    allowRollback: values.get("pgrst.db_tx_end")?.endsWith("-allow-override") ?? false,
    aggregates: values.get("pgrst.db_aggregates_enabled") !== "false",
  };
}
