import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Claims, TokenError, type Tokens } from "./context.ts";

const bearerPattern = /^Bearer\s+(\S+)$/i;

/** The request's API key, from its header or the `apikey` parameter. */
export function apiKeyOf(request: FastifyRequest): string | undefined {
  const { apikey } = request.headers;
  const { apikey: parameter } = request.query as { apikey?: unknown };
  const key = apikey ?? parameter;
  return typeof key === "string" && key !== "" ? key : undefined;
}

/**
 * Claims of whoever calls: of the bearer token, or of the API key where there is none. supabase-js sends its key as
 * bearer as well; any other `sb_…` key there is no token.
 * @throws {TokenError}
 */
export async function callerOf(request: FastifyRequest, tokens: Tokens): Promise<Claims> {
  const apiKey = apiKeyOf(request);
  const [, bearer] = bearerPattern.exec(request.headers.authorization ?? "") ?? [];
  if (bearer !== undefined && bearer !== apiKey) return tokens.verify(bearer);
  if (apiKey === undefined)
    throw new TokenError("missing", "there is neither a token nor an API key");
  return tokens.verifyKey(apiKey);
}

/**
 * Answers like Supabase's gateway to requests without a known API key. Where the key
 * `isOptional`, as for REST in the Supabase CLI's stack, whoever sends none is `anon`.
 */
export function requireApiKey(
  app: FastifyInstance,
  tokens: Tokens,
  { isOptional = false } = {},
): void {
  app.addHook("onRequest", async (request, reply) => {
    const apiKey = apiKeyOf(request);
    if (apiKey === undefined) {
      if (isOptional) return;
      return reply.code(401).send({
        message: "No API key found in request",
        hint: "No `apikey` request header or url param was found.",
      });
    }
    const claims = await tokens.verifyKey(apiKey).catch(() => undefined);
    if (!claims) {
      return reply.code(401).send({
        message: "Invalid API key",
        hint: "Double check your Supabase `anon` or `service_role` API key.",
      });
    }
  });
}

/** As every browser says of itself. */
export function isBrowser(headers: IncomingHttpHeaders): boolean {
  return /mozilla/i.test(headers["user-agent"] ?? "");
}

/** A secret key in a page is everyone's: Supabase refuses it there. */
export function refuseSecretKeyFromBrowser(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    const [, bearer] = bearerPattern.exec(request.headers.authorization ?? "") ?? [];
    const isSecret = [apiKeyOf(request), bearer].some((key) => key?.startsWith("sb_secret_"));
    if (!isSecret || !isBrowser(request.headers)) return;
    return reply.code(401).send({
      message: "Forbidden use of secret API key in browser",
      hint: "Secret API keys can only be used in a protected environment and should never be used in a browser. Delete this secret API key immediately.",
    });
  });
}

/** supabase-js announces JSON on requests that have no body. */
export function acceptEmptyJson(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser<string>(
    "application/json",
    { parseAs: "string" },
    (request, body, done) => {
      if (body === "") done(null, undefined);
      else void parseJson(request, body, done);
    },
  );
}
