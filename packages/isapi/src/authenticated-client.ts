import type { IncomingMessage } from "node:http";
import { chooseChallenge, isStale } from "./challenge.ts";
import type { CredentialBudget } from "./credential-budget.ts";
import { deviceStatusOf, looksLikeXml, refusalOf } from "./device-status.ts";
import type { DigestSession } from "./digest-session.ts";
import {
  type Connector,
  exchange,
  failureOf,
  type HttpAnswer,
  type HttpRequest,
  openResponse,
  wwwAuthenticateOf,
} from "./http-exchange.ts";
import { IsapiError } from "./isapi-error.ts";
import { numberAt, parseXml, textAt } from "./xml.ts";

interface AuthenticatedClientOptions {
  connector: Connector;
  /** Null sends no credentials, ever: for discovery. */
  session: DigestSession | null;
  budget: CredentialBudget;
  allowBasic: boolean;
}

interface Limits {
  timeoutMs: number;
  maxBytes: number;
}

const MAX_REFUSAL_BYTES = 64 * 1024;
/** None → challenge → signed; or an old nonce → challenge → signed. */
const MAX_SENDS = 3;

/**
 * Sends requests with digest credentials, within the one budget of wrong answers. A refused nonce
 * is renewed once; a refused password is never tried a third time.
 */
export class AuthenticatedClient {
  readonly #options: AuthenticatedClientOptions;

  constructor(options: AuthenticatedClientOptions) {
    this.#options = options;
  }

  /** @throws {IsapiError} whatever keeps the device from answering; HTTP errors are answers */
  request(request: HttpRequest, limits: Limits, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#signed(
      request,
      (signed) => exchange(signed, this.#options.connector, limits, signal),
      async (answer) => answer,
    );
  }

  /**
   * The endless answer of an event stream, once its headers are here. `signal` ends it.
   * @throws {IsapiError} the device's refusal, or `protocol` when the answer is no multipart
   */
  async open(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const response = await this.#signed(
      { ...request, ownConnection: true },
      (signed) => this.#openOnce(signed, signal),
      readShort,
    );
    const status = response.statusCode ?? 0;
    const isMultipart = /^multipart\//i.test(response.headers["content-type"] ?? "");
    if (status === 200 && isMultipart) return response;
    const { body } = await readShort(response);
    const said = deviceStatusOf(body);
    if (said || status !== 200) throw refusalOf(said, status);
    throw new IsapiError("protocol", "the event stream is no multipart", { sent: true });
  }

  async #openOnce(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const attempt = { sent: false, reused: false };
    try {
      return await openResponse(request, this.#options.connector, attempt, signal);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw failureOf(cause, attempt.sent);
    }
  }

  async #signed<T extends HttpAnswer | IncomingMessage>(
    request: HttpRequest,
    send: (signed: HttpRequest) => Promise<T>,
    readRefusal: (answer: T) => Promise<HttpAnswer>,
  ): Promise<T> {
    const { session, budget, allowBasic } = this.#options;
    for (let sends = 1; ; sends++) {
      if (session) budget.assertUsable();
      const wasFresh = session?.isFresh ?? true;
      const authorization = session?.sign(request.method, request.url) ?? null;
      const headers = { ...request.headers, ...(authorization && { authorization }) };
      const answer = await send({ ...request, headers });
      const httpStatus = "status" in answer ? answer.status : (answer.statusCode ?? 0);
      if (httpStatus !== 401) {
        if (authorization && httpStatus < 500) budget.recordSuccess();
        return answer;
      }
      const refusal = await readRefusal(answer);
      const challenge = chooseChallenge(refusal.wwwAuthenticate, allowBasic);
      if (!session) throw unauthorized("the device wants credentials");
      this.#heedLock(refusal);
      if (authorization && !(challenge && isStale(challenge))) budget.recordRefusal();
      if (!challenge) throw new IsapiError("protocol", "no way to log in that we know");
      if ((authorization && wasFresh) || sends === MAX_SENDS) {
        session.forget();
        throw unauthorized("the device refused the user name or password");
      }
      session.accept(challenge);
    }
  }

  #heedLock(refusal: HttpAnswer): void {
    const lock = lockOf(refusal.body);
    if (!lock) return;
    this.#options.budget.recordLock(lock.unlockAfterMs);
    this.#options.budget.assertUsable();
  }
}

/** The `userCheck` of a 401, where it says that the account is locked. */
function lockOf(body: Uint8Array): { unlockAfterMs: number | null } | null {
  if (body.byteLength > MAX_REFUSAL_BYTES || !looksLikeXml(body)) return null;
  try {
    const { root } = parseXml(body);
    if (textAt(root, "lockStatus")?.toLowerCase() !== "lock") return null;
    const seconds = numberAt(root, "unlockTime");
    return { unlockAfterMs: seconds === null ? null : seconds * 1000 };
  } catch {
    return null;
  }
}

/** The short answer to a stream that was refused. */
async function readShort(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const giveUp = setTimeout(() => response.destroy(), 2_000);
  try {
    for await (const chunk of response) {
      size += chunk.byteLength;
      if (size > MAX_REFUSAL_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The status and the challenge are in the headers; the body only adds the reason.
  } finally {
    clearTimeout(giveUp);
    response.destroy();
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers["content-type"] ?? "",
    wwwAuthenticate: wwwAuthenticateOf(response),
    body: Buffer.concat(chunks),
  };
}

function unauthorized(message: string): IsapiError {
  return new IsapiError("unauthorized", message, { sent: true });
}
