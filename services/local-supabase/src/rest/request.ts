import type { FastifyRequest } from "fastify";
import type { Claims } from "../context.ts";
import type { RestConfig } from "./config.ts";
import { invalidBody, RestError } from "./error.ts";
import { parseQuery, type Query } from "./grammar/query.ts";
import { type MediaType, negotiate } from "./media-type.ts";
import { csvToJson, type Payload, parsePayload } from "./payload.ts";
import { type Preferences, parsePreferences } from "./preferences.ts";
import { type RowRange, topLevelRange } from "./range.ts";

export type Method = "GET" | "HEAD" | "POST" | "PATCH" | "PUT" | "DELETE";

/** A request, read but not yet held against the schema. */
export interface RestRequest {
  method: Method;
  /** A relation's name, or a function's. */
  target: { kind: "relation" | "routine"; name: string };
  schema: string;
  /** Set when the client chose the schema by a profile header. */
  profile: string | undefined;
  claims: Claims;
  query: Query;
  preferences: Preferences;
  media: MediaType;
  range: RowRange;
  /** Undefined where the method has no body. */
  payload: Payload | undefined;
  /** The path below `/rest/v1`, and all headers, as SQL may ask for them. */
  path: string;
  headers: FastifyRequest["headers"];
}

/** Reads a request's URL, headers and body. @throws {RestError} for what PostgREST does not accept */
export function readRequest(
  request: FastifyRequest,
  claims: Claims,
  { schemas, allowRollback }: RestConfig,
): RestRequest {
  const { headers, url } = request;
  const target = targetOf(request);
  const method = methodOf(request.method, target.kind);
  const isRead = method === "GET" || method === "HEAD";
  const profile = headerOf(headers, isRead ? "accept-profile" : "content-profile");
  if (profile !== undefined && !schemas.includes(profile)) {
    throw new RestError(406, "PGRST106", `Invalid schema: ${profile}`, {
      hint: `Only the following schemas are exposed: ${schemas.join(", ")}`,
    });
  }
  const queryString = url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
  const query = parseQuery(withoutApiKey(queryString), isRead && target.kind === "routine");
  const limit = query.limits.find(({ embeds }) => embeds.length === 0)?.value;
  const offset = query.offsets.find(({ embeds }) => embeds.length === 0)?.value;
  const hasBody = !isRead && method !== "DELETE";
  return {
    method,
    target,
    schema: profile ?? schemas[0] ?? "public",
    profile,
    claims,
    query,
    preferences: parsePreferences(headerOf(headers, "prefer"), allowRollback),
    media: negotiate(headers.accept),
    range: topLevelRange(limit, offset, method === "GET" ? headerOf(headers, "range") : undefined),
    payload: hasBody ? payloadOf(request, target.kind, query.columns) : undefined,
    path: `/${target.kind === "routine" ? "rpc/" : ""}${target.name}`,
    headers,
  };
}

/** @throws {RestError} PGRST125, PGRST126 */
function targetOf(request: FastifyRequest): RestRequest["target"] {
  const path = (request.params as { "*"?: string })["*"] ?? "";
  const [first = "", second, ...more] = path.replace(/\/$/u, "").split("/");
  if (first === "") throw new RestError(404, "PGRST126", "Root endpoint metadata is disabled");
  if (first === "rpc" && second && more.length === 0) return { kind: "routine", name: second };
  if (second === undefined) return { kind: "relation", name: first };
  throw new RestError(404, "PGRST125", "Invalid path specified in request URL");
}

/** @throws {RestError} PGRST101, PGRST117 */
function methodOf(method: string, target: RestRequest["target"]["kind"]): Method {
  if (target === "routine" && !["GET", "HEAD", "POST"].includes(method))
    throw new RestError(405, "PGRST101", `Cannot use the ${method} method on RPC`);
  if (["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"].includes(method)) return method as Method;
  throw new RestError(405, "PGRST117", `Unsupported HTTP method: ${method}`);
}

/** @throws {RestError} PGRST102 */
function payloadOf(
  request: FastifyRequest,
  target: RestRequest["target"]["kind"],
  columns: string[] | undefined,
): Payload {
  const body = typeof request.body === "string" ? request.body : "";
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  switch (type) {
    case undefined:
    case "application/json":
      return parsePayload(body === "" && target === "routine" ? "{}" : body, columns);
    case "text/csv":
      return parsePayload(csvToJson(body), columns);
    case "application/x-www-form-urlencoded":
      return parsePayload(JSON.stringify(Object.fromEntries(new URLSearchParams(body))), columns);
    default:
      throw invalidBody(`Content-Type not acceptable: ${type}`);
  }
}

function headerOf(headers: FastifyRequest["headers"], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/** The key may come as a parameter too; it is the gateway's, not the query's. */
function withoutApiKey(queryString: string): string {
  if (!queryString.includes("apikey=")) return queryString;
  return queryString
    .split("&")
    .filter((part) => !part.startsWith("apikey="))
    .join("&");
}
