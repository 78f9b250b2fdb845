import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { inTransaction } from "../transaction.ts";
import { AuthError, invalid } from "./errors.ts";
import type { AuthContext } from "./index.ts";
import { isPassword } from "./passwords.ts";
import { addressIn, clientOf, normalAddress, requireUser } from "./requests.ts";
import { endSessions, type LogoutScope, refreshSession, startSession } from "./sessions.ts";
import { createUser, findUserByEmail, toUserJson, updateUser } from "./users.ts";

const Metadata = Type.Record(Type.String(), Type.Unknown());
const SignUp = Type.Object({
  email: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
  data: Type.Optional(Type.Union([Metadata, Type.Null()])),
});
const TokenRequest = Type.Object({
  email: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String()),
});
const UserUpdate = Type.Object({
  email: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
  data: Type.Optional(Metadata),
});

/** Sign-up, log-in, refresh, the own account, log-out. */
export function registerSessions(app: FastifyInstance, context: AuthContext): void {
  const { pool, issuer } = context;

  app.post<{ Body: Static<typeof SignUp> }>(
    "/signup",
    { schema: { body: SignUp }, config: { rateLimit: signUpLimit } },
    async (request) => {
      const { email, phone, password, data } = request.body;
      if (email === undefined && password === undefined) {
        throw new AuthError(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled");
      }
      if (email === undefined && phone !== undefined) throw phoneDisabled();
      const address = normalAddress(email);
      const id = randomUUID();
      const facts = { sub: id, email: address, email_verified: true, phone_verified: false };
      return inTransaction(pool, async (db) => {
        if (await findUserByEmail(db, address)) {
          throw new AuthError(422, "user_already_exists", "User already registered");
        }
        const userMetadata = { ...data, ...facts };
        const user = await createUser(db, {
          id,
          email: address,
          password: password ?? "",
          userMetadata,
          isConfirmed: true,
        });
        return startSession(db, user, "password", clientOf(request), context);
      });
    },
  );

  app.post<{ Querystring: { grant_type?: string }; Body: Static<typeof TokenRequest> }>(
    "/token",
    { schema: { body: TokenRequest }, config: { rateLimit: tokenLimit } },
    async (request) => {
      switch (request.query.grant_type) {
        case "password":
          return logIn(request);
        case "refresh_token":
          return refresh(request.body.refresh_token ?? "");
        default:
          throw invalid("unsupported_grant_type");
      }
    },
  );

  async function logIn(request: FastifyRequest<{ Body: Static<typeof TokenRequest> }>) {
    const { email, phone, password = "" } = request.body;
    if (email === undefined && phone !== undefined) throw phoneDisabled();
    const address = normalAddress(email);
    const user = await findUserByEmail(pool, address);
    if (!(await isPassword(pool, password, user?.encrypted_password)) || !user) {
      throw new AuthError(400, "invalid_credentials", "Invalid login credentials");
    }
    if (!user.email_confirmed_at)
      throw new AuthError(400, "email_not_confirmed", "Email not confirmed");
    return inTransaction(pool, (db) =>
      startSession(db, user, "password", clientOf(request), context),
    );
  }

  /** A refused token is an answer, not a failure: the family's end must be committed. */
  async function refresh(token: string) {
    if (!token) throw invalid("refresh_token required");
    const answer = await inTransaction(pool, (db) => refreshSession(db, token, context));
    if (answer instanceof AuthError) throw answer;
    return answer;
  }

  app.get("/user", async (request) => toUserJson((await requireUser(request, issuer, pool)).user));

  app.put<{ Body: Static<typeof UserUpdate> }>(
    "/user",
    { schema: { body: UserUpdate } },
    async (request) => {
      const { user, claims } = await requireUser(request, issuer, pool);
      const { email, phone, password, data } = request.body;
      if (phone) throw phoneDisabled();
      return inTransaction(pool, async (db) => {
        if (password !== undefined && (await isPassword(db, password, user.encrypted_password))) {
          throw new AuthError(
            422,
            "same_password",
            "New password should be different from the old password.",
          );
        }
        const changes = {
          email: email ? normalAddress(email) : undefined,
          password,
          userMetadata: data,
        };
        const updated = await updateUser(db, user, changes);
        if (password !== undefined) await endSessions(db, user.id, claims.session_id, "others");
        return toUserJson(updated);
      });
    },
  );

  app.post<{ Querystring: { scope?: string } }>("/logout", async (request, reply) => {
    const { user, claims } = await requireUser(request, issuer, pool);
    const { scope = "global" } = request.query;
    if (!isScope(scope)) throw invalid(`Unsupported logout scope "${scope}"`);
    await endSessions(pool, user.id, claims.session_id, scope);
    return reply.code(204).send();
  });
}

const signUpLimit = { max: 300, timeWindow: "5 minutes" };

/** Guesses are counted per address, so that one busy office can't lock itself out. */
const tokenLimit = {
  max: (request: FastifyRequest) => (isPasswordGrant(request) ? 30 : 1800),
  timeWindow: "5 minutes",
  keyGenerator: (request: FastifyRequest) =>
    isPasswordGrant(request) ? `${request.ip} ${addressIn(request)}` : request.ip,
};

const isPasswordGrant = (request: FastifyRequest) =>
  (request.query as { grant_type?: unknown }).grant_type === "password";

const isScope = (scope: string): scope is LogoutScope =>
  ["global", "local", "others"].includes(scope);

const phoneDisabled = () =>
  new AuthError(400, "phone_provider_disabled", "Phone logins are disabled");
