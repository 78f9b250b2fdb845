import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { fingerprintOf, generateSiteKeyPair } from "@portero/sealing";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { OperatorError } from "./operator-error.ts";

export interface EnrolFlags {
  url: string;
  code: string;
  to: string;
  replace?: boolean;
}

/** What gateway answers; one line each in the file that is written, so nothing in it may break a line. */
const Line = (pattern: string) => Type.String({ pattern: `^${pattern}$`, maxLength: 2048 });
const Enrolled = Type.Object({
  supabaseUrl: Line("https?://[^\\s\"']+"),
  publishableKey: Line("[\\w.-]+"),
  realtimeTransport: Line("(broadcast|postgres_changes)"),
  tenantId: Line("[0-9a-f-]{36}"),
  tenantName: Type.String(),
  siteId: Line("[0-9a-f-]{36}"),
  siteName: Type.String(),
  edgeEmail: Line("[\\w.@-]+"),
  edgePassword: Line("[\\w-]+"),
});
type Enrolled = Static<typeof Enrolled>;

const LIMIT_MS = 30_000;

/**
 * `portero enrol`: makes this machine the edge box of the site for which an administrator made a code. The key pair is
 * made here, and only its public half is sent. Nothing is asked of gateway before the file can be written.
 */
export async function enrol(flags: EnrolFlags, say: (line: string) => void): Promise<void> {
  const gateway = gatewayUrl(flags.url);
  const path = resolve(flags.to);
  if (existsSync(path) && !flags.replace) {
    throw new OperatorError(
      `${path} is there already: this machine is a site's box. With --replace it becomes the new one's, and the passwords of its cameras have to be entered again.`,
    );
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch(unwritable(path));
  const draft = `${path}.new`;
  await rm(draft, { force: true }).catch(unwritable(path));
  const file = await open(draft, "wx", 0o600).catch(unwritable(path));
  try {
    const keys = await generateSiteKeyPair();
    const box = await redeem(gateway, flags.code, keys.publicKey);
    await file.writeFile(settingsOf(box, keys.privateKey));
    await file.sync();
    await file.close();
    await rename(draft, path);
    say(`This machine is now the box of "${box.siteName}" at "${box.tenantName}".`);
    say(`Fingerprint of its key: ${await fingerprintOf(keys.publicKey)}`);
    say(`  The page "Gates and cameras" shows the same one, or somebody else has used the code.`);
    say(`Its settings, readable by this user alone: ${path}`);
    say(`Start it: systemctl enable --now portero-worker, or`);
    say(`  node --env-file=${path} services/vision-worker/src/main.ts`);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}

/** What comes back is a password: it travels in the clear to this machine alone. */
function gatewayUrl(text: string): URL {
  const url = URL.parse(text);
  const isHere = url && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (!url || (url.protocol !== "https:" && !(url.protocol === "http:" && isHere))) {
    throw new OperatorError("--url: the dashboard's address, beginning with https://");
  }
  return url;
}

function unwritable(path: string) {
  return (error: unknown): never => {
    const { code = "" } = error as { code?: string };
    throw new OperatorError(
      `${path} cannot be written (${code}); run this as root, or name another file with --to`,
    );
  };
}

async function redeem(gateway: URL, code: string, publicKey: string): Promise<Enrolled> {
  const response = await fetch(new URL("/api/enrolments", gateway), {
    method: "POST",
    redirect: "error",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code: code.trim(), publicKey, boxName: hostname().slice(0, 120) }),
    signal: AbortSignal.timeout(LIMIT_MS),
  }).catch((cause: unknown) => {
    throw new OperatorError(
      `${gateway.origin} does not answer (${cause instanceof Error ? cause.message : cause}); nothing was changed`,
    );
  });
  const said: unknown = await response.json().catch(() => null);
  if (response.ok && Check(Enrolled, said)) return said;
  throw new OperatorError(refusalOf(response.status, said));
}

function refusalOf(status: number, said: unknown): string {
  const { code } = (said ?? {}) as { code?: string };
  if (status === 404 && code === "not_found")
    return "This code is not good, or not any more: a code works once, for a quarter of an hour. Let the administrator make a new one. If you have not used it yourself, tell the administrator that somebody else did.";
  if (status === 400)
    return "This is no code: it has twelve letters and digits, such as K7QM-3F9T-XW4A.";
  if (status === 429) return "Too many attempts; wait a minute.";
  if (code === "not_configured")
    return "This installation cannot enrol boxes: its gateway was given no SUPABASE_SECRET_KEY.";
  return `The answer cannot be used (HTTP ${status}); is --url the address of the dashboard?`;
}

function settingsOf(box: Enrolled, privateKey: string): string {
  return `${[
    "# Written by `portero enrol`. Whoever reads this file is this site's box: keep it to root.",
    `SUPABASE_URL=${box.supabaseUrl}`,
    `SUPABASE_PUBLISHABLE_KEY=${box.publishableKey}`,
    `REALTIME_TRANSPORT=${box.realtimeTransport}`,
    `TENANT_ID=${box.tenantId}`,
    `SITE_ID=${box.siteId}`,
    `EDGE_EMAIL=${box.edgeEmail}`,
    `EDGE_PASSWORD=${box.edgePassword}`,
    `SITE_PRIVATE_KEY=${privateKey}`,
  ].join("\n")}\n`;
}
