import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type pg from "pg";
import { type Claims, TokenError, type Tokens } from "../context.ts";
import { callerOf } from "../gateway.ts";
import { type Channels, channelKey } from "./channels.ts";
import { encodeShared, encodeUserBroadcast, isRecord, type UserBroadcast } from "./codec.ts";
import { type Bucket, type Limits, take } from "./limits.ts";
import { writePermissions } from "./policies.ts";

interface HttpContext {
  channels: Channels;
  pool: pg.Pool;
  tokens: Tokens;
  limits: Limits;
}

interface BatchMessage {
  topic: string;
  /** The broadcast as its receivers get it. */
  json: string;
  isPrivate: boolean;
}

type SingleRequest = FastifyRequest<{
  Params: { topic: string; event: string };
  Querystring: { private?: string };
}>;

const tooMany = "You have exceeded your rate limit";
const tooManyAtOnce = "Too many messages to broadcast, please reduce the batch size";

/** Broadcasts over HTTP: a batch, whose messages that no policy allows are left out, or one, which is refused then. */
export async function registerBroadcastRoutes(
  app: FastifyInstance,
  context: HttpContext,
): Promise<void> {
  const { limits } = context;
  const routes: FastifyPluginAsync = async (scope) => {
    // A payload is passed on as it came: nothing parses it on the way.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    const options = { bodyLimit: limits.maxPayloadBytes + 100_000 };
    scope.post("/broadcast", options, (request, reply) => postBatch(request, reply));
    scope.post("/broadcast/:topic/events/:event", options, (request, reply) =>
      postOne(request as SingleRequest, reply),
    );
  };
  await app.register(routes, { prefix: "/realtime/v1/api" });

  let bucket: Bucket | undefined;
  function isWithinRate(count: number): boolean {
    const perSecond = limits.maxHttpMessagesPerSecond;
    const taken = take(bucket, { perSecond, burst: perSecond, count }, Date.now());
    bucket = taken ?? bucket;
    return taken !== undefined;
  }

  async function postBatch(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const claims = await claimsOf(context.tokens, request);
    if (!claims) return unauthorised(reply);
    const messages = parseBatch(parseJson(request.body), limits.maxPayloadBytes);
    if (typeof messages === "string") return reply.code(422).send({ message: messages });
    if (!isWithinRate(messages.length)) {
      const message = messages.length > 1 ? tooManyAtOnce : tooMany;
      return reply.code(429).send({ message });
    }
    const allowed = new Map<string, boolean>();
    for (const { topic, json, isPrivate } of messages) {
      if (isPrivate && !allowed.has(topic)) {
        allowed.set(topic, (await writePermissions(context.pool, topic, claims)).broadcast);
      }
      if (isPrivate && !allowed.get(topic)) continue;
      context.channels.send(
        channelKey(topic, isPrivate),
        (vsn, wireTopic) => encodeShared(vsn, wireTopic, "broadcast", json),
        ({ readsBroadcasts }) => readsBroadcasts,
      );
    }
    return reply.code(202).send();
  }

  async function postOne(request: SingleRequest, reply: FastifyReply): Promise<unknown> {
    const claims = await claimsOf(context.tokens, request);
    if (!claims) return unauthorised(reply);
    const { topic, event } = request.params;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json" && type !== "application/octet-stream") {
      return reply.code(415).send({ message: "Unsupported Media Type" });
    }
    const encoding = type === "application/json" ? "json" : "binary";
    if (encoding === "json" && parseJson(body) === undefined) {
      return reply.code(422).send({ message: "payload is not JSON" });
    }
    if (body.length > limits.maxPayloadBytes) {
      return reply.code(422).send({ message: "Payload size exceeds tenant limit" });
    }
    if (!isWithinRate(1)) return reply.code(429).send({ message: tooMany });
    const isPrivate = request.query.private === "true";
    if (isPrivate && !(await writePermissions(context.pool, topic, claims)).broadcast) {
      return reply.code(403).send({ message: "Unauthorized" });
    }
    const broadcast: UserBroadcast = { event, encoding, body };
    context.channels.send(
      channelKey(topic, isPrivate),
      (vsn, wireTopic) => encodeUserBroadcast(vsn, wireTopic, broadcast),
      ({ readsBroadcasts }) => readsBroadcasts,
    );
    return reply.code(202).send();
  }
}

async function claimsOf(tokens: Tokens, request: FastifyRequest): Promise<Claims | undefined> {
  try {
    return await callerOf(request, tokens);
  } catch (error) {
    if (error instanceof TokenError) return undefined;
    throw error;
  }
}

function unauthorised(reply: FastifyReply): FastifyReply {
  return reply.code(401).send({ message: "Unauthorized" });
}

function parseBatch(body: unknown, maxPayloadBytes: number): BatchMessage[] | string {
  const messages = isRecord(body) ? body["messages"] : undefined;
  if (!Array.isArray(messages) || messages.length === 0) return "messages: can't be blank";
  const parsed: BatchMessage[] = [];
  for (const message of messages) {
    const { topic, event, payload, private: isPrivate = false } = isRecord(message) ? message : {};
    const isNamed = typeof topic === "string" && typeof event === "string" && topic !== "";
    if (!isNamed || !isRecord(payload)) return "messages: topic, event and payload are required";
    const json = stringify({ type: "broadcast", event, payload });
    if (json === undefined) return "payload is nested too deeply";
    if (Buffer.byteLength(json) > maxPayloadBytes) return "Payload size exceeds tenant limit";
    parsed.push({ topic, json, isPrivate: isPrivate === true });
  }
  return parsed;
}

/** Nothing for what is nested deeper than it can be written, although it could be parsed. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function parseJson(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString("utf8")) : undefined;
  } catch {
    return undefined;
  }
}
