import type { Session } from "./execute.ts";
import type { RestRequest } from "./request.ts";
import type { SchemaCache } from "./schema/schema-cache.ts";

/** Of roles that have none of their own. */
const STATEMENT_TIMEOUT = "8s";

interface SessionRules {
  cache: SchemaCache;
  /** Aborts when the client hangs up. */
  signal: AbortSignal;
}

/** The caller's rights, and the request as SQL functions may read it in `current_setting`. */
export function sessionOf(
  request: RestRequest,
  rules: SessionRules,
  isReadOnly: boolean,
  ownTimeout?: string,
): Session {
  const { claims, schema, method, path, headers, preferences } = request;
  // Set inside a function it would come too late for the statement that calls it; PostgREST reads it beforehand too.
  const timeout = ownTimeout ?? rules.cache.statementTimeout(claims.role) ?? STATEMENT_TIMEOUT;
  const settings: Record<string, string> = {
    search_path: `"${schema.replaceAll('"', '""')}", "public", "extensions"`,
    statement_timeout: timeout,
    "request.method": method,
    "request.path": path,
    "request.headers": JSON.stringify(headers),
    "request.cookies": JSON.stringify(cookiesOf(headers.cookie)),
  };
  if (preferences.timezone !== undefined) settings["timezone"] = preferences.timezone;
  return { claims, settings, isReadOnly, signal: rules.signal };
}

function cookiesOf(header: string | undefined): Record<string, string> {
  const pairs = header?.split(";").map((pair) => pair.trim().split("=", 2)) ?? [];
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, value]));
}
