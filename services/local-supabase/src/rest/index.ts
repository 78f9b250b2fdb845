import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type pg from "pg";
import { type Claims, TokenError, type Tokens } from "../context.ts";
import { apiKeyOf, callerOf } from "../gateway.ts";
import { type AnswerRules, answerCall, answerRead } from "./answer.ts";
import { answerMutation } from "./answer-mutation.ts";
import { isSchemaMiss, RestError } from "./error.ts";
import { Executor } from "./execute.ts";
import { findRelation } from "./plan/find-relation.ts";
import type { Answer } from "./reply.ts";
import { type RestRequest, readRequest } from "./request.ts";
import { schemaSource } from "./schema/schema-source.ts";

export interface RestOptions {
  /** Logs in as `authenticator`. With `pipeline: true` each request takes one round trip. */
  pool: pg.Pool;
  /** Cancels queries; its settings open one connection that reads the catalog and listens for its changes. */
  adminPool: pg.Pool;
  tokens: Tokens;
  /** The exposed schemas; the first is the default. */
  schemas?: string[];
}

/** Largest page and embedded list, as on hosted Supabase. */
const MAX_ROWS = 1000;
/** Parsing more would keep everybody waiting. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** Mounts PostgREST's behaviour under `/rest/v1`. Closing the app ends its listening connection. */
export function registerRest(app: FastifyInstance, options: RestOptions): void {
  const { pool, adminPool, tokens, schemas = ["public"] } = options;
  const source = schemaSource({ adminPool, started: { schemas, maxRows: MAX_ROWS } });
  const executor = new Executor(pool, adminPool);

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const claims = await claimsOf(request, tokens);
    const cache = await source.current();
    const read = readRequest(request, claims, cache.config);
    const rules = { executor, signal: hangUpOf(reply) };
    const { status, headers, body } = await answer(read, { ...rules, cache }).catch(
      async (error) => {
        const newer = isSchemaMiss(error) ? await source.refreshed(cache) : undefined;
        if (!newer) throw error;
        return answer(read, { ...rules, cache: newer });
      },
    );
    return reply.code(status).headers(defined(headers)).send(body);
  }

  app.register((rest, _options, done) => {
    rest.removeAllContentTypeParsers();
    rest.addContentTypeParser(
      "*",
      { parseAs: "string", bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, parsed) => parsed(null, body),
    );
    rest.setErrorHandler((error, request, reply) => {
      const known = restErrorOf(error, request);
      return reply
        .code(known.status)
        .headers({ "proxy-status": `PostgREST; error=${known.code}`, ...known.headers })
        .type("application/json; charset=utf-8")
        .send(JSON.stringify(known.body()));
    });
    // The first request finds the catalog read, or asks again.
    rest.addHook("onReady", async () => void source.current().catch(() => {}));
    rest.addHook("onClose", () => source.close());
    const method = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"];
    rest.route({ method, url: "/rest/v1", handler: serve });
    rest.route({ method, url: "/rest/v1/*", handler: serve });
    done();
  });
}

/** Nobody is `anon`, as in front of a PostgREST without a gateway. @throws {TokenError} */
async function claimsOf(request: FastifyRequest, tokens: Tokens): Promise<Claims> {
  const isNobody = !request.headers.authorization && apiKeyOf(request) === undefined;
  return isNobody ? { role: "anon" } : callerOf(request, tokens);
}

/** Aborts when the client hangs up before it is answered. */
function hangUpOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once("close", () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

async function answer(request: RestRequest, rules: AnswerRules): Promise<Answer> {
  const { method, target, schema } = request;
  if (target.kind === "routine") return answerCall(request, rules);
  const relation = findRelation(rules.cache, schema, target.name);
  if (method === "GET" || method === "HEAD") return answerRead(request, relation, rules);
  return answerMutation(request, method, relation, rules);
}

function restErrorOf(error: unknown, request: FastifyRequest): RestError {
  if (error instanceof RestError) return error;
  if (error instanceof TokenError) return tokenError(error, request);
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new RestError(statusCode, code ?? "PGRST102", (error as Error).message);
  request.log.error({ err: error }, "REST failed");
  return new RestError(500, "PGRSTX00", "Internal server error");
}

function tokenError({ code }: TokenError, request: FastifyRequest): RestError {
  const failed = (pgrst: string, message: string, details: string | null = null) =>
    new RestError(401, pgrst, message, {
      details,
      headers: {
        "www-authenticate": `Bearer error="invalid_token", error_description="${message}"`,
      },
    });
  if (code === "missing")
    return new RestError(401, "PGRST302", "Anonymous access is disabled", {
      headers: { "www-authenticate": "Bearer" },
    });
  if (code === "expired") return failed("PGRST303", "JWT expired");
  const [, token = ""] = /^Bearer\s+(.*)$/iu.exec(request.headers.authorization ?? "") ?? [];
  const parts = token.split(".").length;
  if (parts !== 3) return failed("PGRST301", `Expected 3 parts in JWT; got ${parts}`);
  const details = "None of the keys was able to decode the JWT";
  return failed("PGRST301", "No suitable key or wrong key type", details);
}

function defined(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
