import { lookup as dnsLookup } from "node:dns";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, type LookupFunction, type Socket } from "node:net";
import type { AddressPolicy } from "./address-policy.ts";
import { IsapiError } from "./isapi-error.ts";

/** One HTTP request; credentials are added by the caller as a header. */
export interface HttpRequest {
  method: "GET" | "PUT" | "POST";
  url: URL;
  headers?: Record<string, string>;
  /** XML. */
  body?: string;
  /**
   * Do not re-use a kept-alive connection: one that the device closes at this moment would leave
   * open whether a command was executed.
   */
  ownConnection?: boolean;
}

/** A complete answer, bounded in size. */
export interface HttpAnswer {
  status: number;
  contentType: string;
  wwwAuthenticate: string;
  body: Uint8Array;
}

/** How connections to one device are made. */
export interface Connector {
  agent: HttpAgent;
  lookup: LookupFunction;
  allowAddress: AddressPolicy;
  certificatePem: string | undefined;
}

/** What became of a request so far. */
export interface Attempt {
  /** It may have reached the device. */
  sent: boolean;
  /** It went out on a kept-alive connection. */
  reused: boolean;
}

const MAX_HEADER_BYTES = 16 * 1024;

/** Connections to one device: kept alive, never to a forbidden address, never through a redirect. */
export function createConnector(
  baseUrl: URL,
  allowAddress: AddressPolicy,
  certificatePem?: string,
): Connector {
  const keep = { keepAlive: true, maxSockets: 2, maxFreeSockets: 1 };
  const agent = baseUrl.protocol === "https:" ? new HttpsAgent(keep) : new HttpAgent(keep);
  return { agent, allowAddress, certificatePem, lookup: guardedLookup(allowAddress) };
}

/**
 * Sends a request and reads its whole answer.
 * @throws {IsapiError} with `sent` telling whether the device may have seen the request
 * @throws the signal's reason when the caller aborted
 */
export async function exchange(
  request: HttpRequest,
  connector: Connector,
  limits: { timeoutMs: number; maxBytes: number },
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const deadline = new AbortController();
  const attempt: Attempt = { sent: false, reused: false };
  const onAbort = () => deadline.abort(signal.reason);
  const timer = setTimeout(() => {
    deadline.abort(
      new IsapiError("timeout", `no answer within ${limits.timeoutMs} ms`, { sent: attempt.sent }),
    );
  }, limits.timeoutMs);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const response = await openAgain(request, connector, attempt, deadline.signal);
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers["content-type"] ?? "",
      wwwAuthenticate: wwwAuthenticateOf(response),
      body: await readBody(response, limits.maxBytes, deadline.signal),
    };
  } catch (cause) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    throw failureOf(cause, attempt.sent);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

/** A device may close a kept-alive connection just as a read goes out; the read is then repeated. */
async function openAgain(
  request: HttpRequest,
  connector: Connector,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  try {
    return await openResponse(request, connector, attempt, signal);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
    const wasClosed = attempt.reused && (code === "ECONNRESET" || code === "EPIPE");
    if (request.method !== "GET" || !wasClosed) throw cause;
    return await openResponse({ ...request, ownConnection: true }, connector, attempt, signal);
  }
}

/**
 * Sends a request and gives the answer as soon as its headers are here. `signal` also ends the body.
 */
export function openResponse(
  request: HttpRequest,
  connector: Connector,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { url } = request;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) && !connector.allowAddress(host)) return Promise.reject(refusedAddress(host));
  signal.throwIfAborted();
  const isTls = url.protocol === "https:";
  const send = isTls ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, {
      method: request.method,
      headers: headersOf(request),
      agent: request.ownConnection ? false : connector.agent,
      lookup: connector.lookup,
      maxHeaderSize: MAX_HEADER_BYTES,
      signal,
      ...(connector.certificatePem && {
        ca: connector.certificatePem,
        // A camera's own certificate names no host; being this very certificate is the proof.
        checkServerIdentity: () => undefined,
      }),
    });
    outgoing.on("socket", (socket: Socket) => {
      attempt.reused = outgoing.reusedSocket;
      if (!socket.connecting) attempt.sent = true;
      else socket.once(isTls ? "secureConnect" : "connect", () => (attempt.sent = true));
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      const status = response.statusCode ?? 0;
      if (status >= 300 && status < 400) {
        outgoing.destroy();
        reject(new IsapiError("protocol", "redirects are not followed", { sent: true }));
      } else resolve(response);
    });
    outgoing.end(request.body);
  });
}

/** All offers of the device, also when they come in several headers. */
export function wwwAuthenticateOf(response: IncomingMessage): string {
  return (response.headersDistinct["www-authenticate"] ?? []).join(", ");
}

/** What a failed exchange means. */
export function failureOf(cause: unknown, sent: boolean): IsapiError {
  if (cause instanceof IsapiError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  if (code.startsWith("HPE_")) return new IsapiError("protocol", "no HTTP", { cause, sent: true });
  return new IsapiError("unreachable", `the connection failed (${code || "unknown"})`, {
    cause,
    sent,
  });
}

async function readBody(response: IncomingMessage, maxBytes: number, signal: AbortSignal) {
  // Room for all of it at once: a snapshot is a large part of what this process allocates.
  const announced = Number(response.headers["content-length"] ?? 0);
  let body = new Uint8Array(announced > 0 && announced <= maxBytes ? announced : 4096);
  let size = 0;
  try {
    if (announced > maxBytes) throw tooLarge(maxBytes);
    for await (const chunk of response) {
      if (size + chunk.byteLength > maxBytes) throw tooLarge(maxBytes);
      if (size + chunk.byteLength > body.byteLength) {
        const larger = new Uint8Array(Math.max(2 * body.byteLength, size + chunk.byteLength));
        larger.set(body.subarray(0, size));
        body = larger;
      }
      body.set(chunk, size);
      size += chunk.byteLength;
    }
  } catch (cause) {
    response.destroy();
    if (signal.aborted || cause instanceof IsapiError) throw cause;
    throw new IsapiError("bad_content", "the answer ended early", { cause, sent: true });
  }
  return size === body.byteLength ? body : body.slice(0, size);
}

function headersOf({ headers, body }: HttpRequest): Record<string, string> {
  if (body === undefined) return { ...headers };
  const length = String(Buffer.byteLength(body));
  return { "content-type": "application/xml", "content-length": length, ...headers };
}

/** Resolves names, and lets through only the addresses the policy allows. */
function guardedLookup(allowAddress: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "");
      const allowed = addresses.filter(({ address }) => allowAddress(address));
      const [first] = allowed;
      if (!first) return callback(refusedAddress(hostname), "");
      if (options.all) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

function refusedAddress(host: string): IsapiError {
  return new IsapiError("address_refused", `cameras may not live at ${host}`);
}

function tooLarge(maxBytes: number): IsapiError {
  return new IsapiError("too_large", `the answer is larger than ${maxBytes} bytes`, { sent: true });
}
