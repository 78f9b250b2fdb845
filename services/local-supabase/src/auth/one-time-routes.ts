import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { inTransaction } from "../transaction.ts";
import { AuthError, invalid } from "./errors.ts";
import type { AuthContext } from "./index.ts";
import { hashOtp, issueOneTime, type Purpose, redeemOneTime, sendMail } from "./one-time.ts";
import { addressIn, clientOf, normalAddress, safeRedirect } from "./requests.ts";
import { type Grant, startSession } from "./sessions.ts";
import { createUser, findUser, findUserByEmail, updateUser } from "./users.ts";

const Address = Type.Object({
  email: Type.Optional(Type.String()),
  create_user: Type.Optional(Type.Boolean()),
  data: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
});
const Verification = Type.Object({
  type: Type.String(),
  email: Type.Optional(Type.String()),
  token: Type.Optional(Type.String()),
  token_hash: Type.Optional(Type.String()),
  redirect_to: Type.Optional(Type.String()),
});

/** Mails and guesses at their codes, per address. A link's hash is made of the code: it can be guessed as well. */
const mailLimit = {
  rateLimit: {
    max: 30,
    timeWindow: "5 minutes",
    keyGenerator: (request: FastifyRequest) => `${request.ip} ${addressIn(request)}`,
  },
};

/** Codes and links by mail: asking for them. Unknown addresses are answered like known ones. */
export function registerMailing(app: FastifyInstance, context: AuthContext): void {
  type Mailing = FastifyRequest<{
    Body: Static<typeof Address>;
    Querystring: { redirect_to?: string };
  }>;
  const mail = async (request: Mailing, purpose: Purpose, mayCreate: boolean) => {
    const address = normalAddress(request.body.email);
    await inTransaction(context.pool, async (db) => {
      const known = await findUserByEmail(db, address);
      if (!known && !mayCreate) return;
      const user =
        known ?? (await createUser(db, { email: address, userMetadata: request.body.data ?? {} }));
      const redirectTo = safeRedirect(request.query.redirect_to, context.siteUrl);
      await sendMail(
        db,
        address,
        purpose,
        await issueOneTime(db, user, purpose, redirectTo, context.issuerUrl),
      );
    });
    return {};
  };

  app.post("/recover", { schema: { body: Address }, config: mailLimit }, async (request: Mailing) =>
    mail(request, "recovery", false),
  );
  app.post("/otp", { schema: { body: Address }, config: mailLimit }, async (request: Mailing) => {
    if (request.body.email === undefined) {
      throw new AuthError(400, "phone_provider_disabled", "Phone logins are disabled");
    }
    const mayCreate = request.body.create_user ?? true;
    if (!mayCreate && !(await findUserByEmail(context.pool, normalAddress(request.body.email)))) {
      throw new AuthError(422, "otp_disabled", "Signups not allowed for otp");
    }
    return mail(request, "magiclink", mayCreate);
  });
}

/** Codes and links by mail: redeeming them, by a form (POST) or by following the link (GET). */
export function registerVerification(app: FastifyInstance, context: AuthContext): void {
  async function verify(
    request: FastifyRequest,
    given: Static<typeof Verification>,
  ): Promise<Grant> {
    const purpose = given.type;
    if (!isPurpose(purpose)) throw invalid("Verify requires a verification type");
    const grant = await inTransaction(context.pool, async (db) => {
      const userId = await redeemOneTime(db, tokenHashOf(given), purpose);
      const user = userId && (await findUser(db, userId));
      if (!user) return undefined;
      const confirmed = await updateUser(db, user, { isConfirmed: true });
      return startSession(db, confirmed, "otp", clientOf(request), context);
    });
    // Thrown out here: a code that is too old stays void.
    if (!grant) throw new AuthError(403, "otp_expired", "Token has expired or is invalid");
    return grant;
  }

  app.post<{ Body: Static<typeof Verification> }>(
    "/verify",
    { schema: { body: Verification }, config: mailLimit },
    (request) => verify(request, request.body),
  );
  app.get<{ Querystring: Static<typeof Verification> }>(
    "/verify",
    { schema: { querystring: Verification }, config: mailLimit },
    async (request, reply) => {
      const { token, redirect_to, type } = request.query;
      const target = safeRedirect(redirect_to, context.siteUrl);
      try {
        const grant = await verify(request, { type, token_hash: token ?? "" });
        return redirect(reply, target, { ...grant, type });
      } catch (error) {
        if (!(error instanceof AuthError)) throw error;
        const description = "Email link is invalid or has expired";
        return redirect(reply, target, {
          error: "access_denied",
          error_code: error.code,
          error_description: description,
        });
      }
    },
  );
}

/** The answer travels behind the `#`, where neither servers nor their logs see it. */
function redirect(reply: FastifyReply, target: string, answer: object): FastifyReply {
  const fragment = new URLSearchParams();
  for (const [name, value] of Object.entries(answer)) {
    if (typeof value !== "object") fragment.set(name, String(value));
  }
  return reply.redirect(`${target.split("#")[0]}#${fragment}`, 303);
}

function tokenHashOf(given: Static<typeof Verification>): string {
  if (given.token_hash && given.email) {
    throw invalid("Only the token_hash and type should be provided");
  }
  if (given.token_hash) return given.token_hash;
  if (!given.email || !given.token) {
    throw invalid("Verify requires a token or a token hash");
  }
  return hashOtp(normalAddress(given.email), given.token);
}

const isPurpose = (type: string): type is Purpose =>
  ["signup", "invite", "recovery", "magiclink", "email"].includes(type);
