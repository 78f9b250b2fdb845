import { RestError } from "../error.ts";
import type { Relation } from "../schema/objects.ts";
import type { SchemaCache } from "../schema/schema-cache.ts";
import { mostSimilar } from "../schema/similar.ts";

/** A table or view by its name. @throws {RestError} PGRST205 */
export function findRelation(cache: SchemaCache, schema: string, name: string): Relation {
  const relation = cache.relation(schema, name);
  if (relation) return relation;
  const names = cache.relations(schema).map((r) => r.name);
  const similar = mostSimilar(name, names, 0.75);
  const message = `Could not find the table '${schema}.${name}' in the schema cache`;
  throw new RestError(404, "PGRST205", message, {
    hint: similar === undefined ? null : `Perhaps you meant the table '${schema}.${similar}'`,
  });
}
