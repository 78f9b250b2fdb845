import type { FastifyInstance, FastifyRequest } from "fastify";
import type pg from "pg";

interface Mail {
  sent_at: Date;
  recipient: string;
  subject: string;
  link: string;
  otp: string;
}

/**
 * Shows the mails that Auth would have sent, at `/mail` and `/mail.json`. Who reads them can log in as anyone, so it
 * answers only to this machine itself: not through a proxy, not under a foreign host name, and without CORS headers.
 */
export function registerMailPage(app: FastifyInstance, pool: pg.Pool): void {
  const listMails = async () =>
    (
      await pool.query<Mail>(
        "select sent_at, recipient, subject, link, otp from _local.mails order by id desc",
      )
    ).rows;
  app.get("/mail", async (request, reply) => {
    if (!isFromHere(request)) return reply.callNotFound();
    return reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-store")
      .send(page(await listMails()));
  });
  app.get("/mail.json", async (request, reply) => {
    if (!isFromHere(request)) return reply.callNotFound();
    return reply.header("cache-control", "no-store").send(await listMails());
  });
}

function isFromHere(request: FastifyRequest): boolean {
  const isLoopback = ["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(
    request.socket.remoteAddress ?? "",
  );
  const isLocalName = ["127.0.0.1", "localhost", "[::1]"].includes(request.hostname);
  const { forwarded, via, "x-forwarded-for": forwardedFor } = request.headers;
  return isLoopback && isLocalName && !forwarded && !via && !forwardedFor;
}

const page = (
  mails: Mail[],
) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mails</title>
<style>body{font:16px/1.5 system-ui;max-width:48rem;margin:2rem auto;padding:0 1rem}article{border-top:1px solid #ccc;padding:.75rem 0}small{color:#555}</style>
<h1>Mails</h1><p>Nothing is sent from here: this page is where invitations and log-in links arrive.</p>
${mails.map(entry).join("\n") || "<p>None yet.</p>"}</html>`;

const entry = (
  mail: Mail,
) => `<article><strong>${inert(mail.subject)}</strong> to ${inert(mail.recipient)}
<br><a href="${inert(mail.link)}">Open the link</a> or type the code <code>${inert(mail.otp)}</code>
<br><small>${mail.sent_at.toISOString()}</small></article>`;

const inert = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
