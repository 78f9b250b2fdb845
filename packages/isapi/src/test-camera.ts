import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

interface TestCameraOptions {
  password?: string;
  /** How many requests a nonce lasts. */
  nonceUses?: number;
  /** Say `stale=true` when a nonce is worn out, as good devices do. */
  saysStale?: boolean;
  /** The `WWW-Authenticate` header for a nonce. */
  challenge?: (nonce: string, stale: boolean) => string;
  hash?: "md5" | "sha256";
  unauthorizedBody?: string;
}

/** What a test camera has seen. */
export interface SeenRequest {
  method: string;
  path: string;
  nonceCount: string | null;
  wasAccepted: boolean;
}

/** A bare digest server for tests; its handler sees authorised requests only. */
export async function startTestCamera(handler: Handler, options: TestCameraOptions = {}) {
  const seen: SeenRequest[] = [];
  const nonces = new Map<string, number>();
  let refusals = 0;
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const authorization = request.headers.authorization ?? "";
    const verdict = verify(authorization, request);
    seen.push({
      method: request.method ?? "",
      path: request.url ?? "",
      nonceCount: /nc=([0-9a-f]+)/.exec(authorization)?.[1] ?? null,
      wasAccepted: verdict === "right",
    });
    if (verdict === "right") return handler(request, response, Buffer.concat(chunks).toString());
    if (verdict === "wrong") refusals += 1;
    const nonce = `4e6a:${randomBytes(8).toString("hex")}`;
    nonces.set(nonce, 0);
    const stale = verdict === "stale" && (options.saysStale ?? true);
    const challenge = options.challenge ?? defaultChallenge;
    response.writeHead(401, {
      "www-authenticate": challenge(nonce, stale),
      "content-type": "application/xml",
    });
    response.end(
      options.unauthorizedBody ?? "<userCheck><statusValue>401</statusValue></userCheck>",
    );
  });

  function verify(header: string, request: IncomingMessage): "none" | "right" | "wrong" | "stale" {
    if (!header.startsWith("Digest ")) return "none";
    const part = (name: string) => new RegExp(`[ ,]${name}="?([^",]*)`).exec(header)?.[1] ?? "";
    const hash = (text: string) =>
      createHash(options.hash ?? "md5")
        .update(text)
        .digest("hex");
    const nonce = part("nonce");
    const ha1 = hash(`admin:${part("realm")}:${options.password ?? "right-password"}`);
    const ha2 = hash(`${request.method}:${request.url}`);
    const expected = hash(`${ha1}:${nonce}:${part("nc")}:${part("cnonce")}:auth:${ha2}`);
    const uses = nonces.get(nonce);
    const count = Number.parseInt(part("nc"), 16);
    if (uses === undefined || count !== uses + 1 || uses >= (options.nonceUses ?? 1000)) {
      return "stale";
    }
    nonces.set(nonce, count);
    return part("response") === expected ? "right" : "wrong";
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    get refusals() {
      return refusals;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A `ResponseStatus` body. */
export function statusXml(statusCode: number, subStatus = "ok"): string {
  return `<?xml version="1.0"?><ResponseStatus xmlns="http://www.hikvision.com/ver20/XMLSchema"><statusCode>${statusCode}</statusCode><statusString>text</statusString><subStatusCode>${subStatus}</subStatusCode></ResponseStatus>`;
}

/** The smallest bytes that look like a picture. */
export const TINY_JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]);

function defaultChallenge(nonce: string, stale: boolean): string {
  return `Digest realm="DS-2CD", qop="auth", nonce="${nonce}"${stale ? ", stale=TRUE" : ""}`;
}
