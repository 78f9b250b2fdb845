import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { inTransaction } from "../transaction.ts";
import { AuthError, emailExists, invalid } from "./errors.ts";
import type { AuthContext } from "./index.ts";
import { issueOneTime, type Purpose, sendMail } from "./one-time.ts";
import { normalAddress, requireService, safeRedirect } from "./requests.ts";
import {
  createUser,
  deleteUser,
  findUser,
  findUserByEmail,
  listUsers,
  toUserJson,
  type User,
  type UserChanges,
  updateUser,
} from "./users.ts";

const Metadata = Type.Optional(Type.Record(Type.String(), Type.Unknown()));
const AdminUser = Type.Object({
  id: Type.Optional(
    Type.String({ pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$" }),
  ),
  email: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
  password_hash: Type.Optional(Type.String()),
  email_confirm: Type.Optional(Type.Boolean()),
  role: Type.Optional(Type.String()),
  ban_duration: Type.Optional(Type.String()),
  user_metadata: Metadata,
  app_metadata: Metadata,
});
const Invitation = Type.Object({ email: Type.String(), data: Metadata });
const LinkRequest = Type.Object({
  type: Type.String(),
  email: Type.String(),
  password: Type.Optional(Type.String()),
  data: Metadata,
  redirect_to: Type.Optional(Type.String()),
});
const ById = Type.Object({ id: Type.String() });

/** What only the secret key may do: accounts, invitations, links without a mail. */
export function registerAdmin(app: FastifyInstance, context: AuthContext): void {
  const { pool, issuer } = context;
  app.addHook("onRequest", (request) => requireService(request, issuer));

  app.get<{ Querystring: { page?: string; per_page?: string } }>(
    "/admin/users",
    async (request, reply) => {
      const page = Math.max(1, Number(request.query.page) || 1);
      const perPage = Math.min(1000, Math.max(1, Number(request.query.per_page) || 50));
      const { users, total } = await listUsers(pool, page, perPage);
      const last = Math.max(1, Math.ceil(total / perPage));
      const links = [...(page < last ? [[page + 1, "next"]] : []), [last, "last"]];
      reply.header("x-total-count", total);
      reply.header(
        "link",
        links
          .map(([to, rel]) => `</auth/v1/admin/users?page=${to}&per_page=${perPage}>; rel="${rel}"`)
          .join(", "),
      );
      return { users: users.map(toUserJson), aud: "authenticated" };
    },
  );

  app.post<{ Body: Static<typeof AdminUser> }>(
    "/admin/users",
    { schema: { body: AdminUser } },
    async (request) => {
      const changes = changesOf(request.body);
      if (changes.email === undefined) {
        throw invalid("Cannot create a user without either an email or phone");
      }
      const { email } = changes;
      return toUserJson(await inTransaction(pool, (db) => createUser(db, { ...changes, email })));
    },
  );

  app.get<{ Params: Static<typeof ById> }>("/admin/users/:id", async (request) =>
    toUserJson(await requireKnown(request.params.id)),
  );

  app.put<{ Params: Static<typeof ById>; Body: Static<typeof AdminUser> }>(
    "/admin/users/:id",
    { schema: { body: AdminUser } },
    async (request) => {
      const user = await requireKnown(request.params.id);
      return toUserJson(
        await inTransaction(pool, (db) => updateUser(db, user, changesOf(request.body))),
      );
    },
  );

  app.delete<{ Params: Static<typeof ById>; Body: { should_soft_delete?: boolean } | undefined }>(
    "/admin/users/:id",
    async (request) => {
      const { id } = await requireKnown(request.params.id);
      await inTransaction(pool, (db) =>
        deleteUser(db, id, request.body?.should_soft_delete === true),
      );
      return {};
    },
  );

  app.post<{ Body: Static<typeof Invitation>; Querystring: { redirect_to?: string } }>(
    "/invite",
    { schema: { body: Invitation } },
    async (request) => {
      const { user, link } = await makeLink(
        "invite",
        request.body,
        request.query.redirect_to,
        true,
      );
      return { ...toUserJson(user), confirmation_sent_at: link.sentAt };
    },
  );

  app.post<{ Body: Static<typeof LinkRequest>; Querystring: { redirect_to?: string } }>(
    "/admin/generate_link",
    { schema: { body: LinkRequest } },
    async (request) => {
      const { type, redirect_to = request.query.redirect_to } = request.body;
      if (!isLinkType(type)) throw invalid(`Invalid email action link type requested: ${type}`);
      const { user, link } = await makeLink(type, request.body, redirect_to, false);
      return {
        ...toUserJson(user),
        action_link: link.link,
        email_otp: link.otp,
        hashed_token: link.tokenHash,
        verification_type: type,
        redirect_to: safeRedirect(redirect_to, context.siteUrl),
      };
    },
  );

  async function makeLink(
    type: Purpose,
    body: { email: string; password?: string; data?: Record<string, unknown> },
    redirectTo: string | undefined,
    isMailed: boolean,
  ) {
    const email = normalAddress(body.email);
    return inTransaction(pool, async (db) => {
      const known = await findUserByEmail(db, email);
      const isNewcomer = type === "invite" || type === "signup";
      if (known?.email_confirmed_at && isNewcomer) throw emailExists();
      if (!known && type === "recovery")
        throw new AuthError(404, "user_not_found", "User with this email not found");
      const invited = {
        email,
        password: body.password,
        userMetadata: body.data,
        isInvited: type === "invite",
      };
      const user = known ?? (await createUser(db, invited));
      const link = await issueOneTime(
        db,
        user,
        type,
        safeRedirect(redirectTo, context.siteUrl),
        context.issuerUrl,
      );
      if (isMailed) await sendMail(db, email, type, link);
      return { user, link: { ...link, sentAt: new Date() } };
    });
  }

  async function requireKnown(id: string): Promise<User> {
    const user = await findUser(pool, id);
    if (!user) throw new AuthError(404, "user_not_found", "User not found");
    return user;
  }
}

function changesOf(body: Static<typeof AdminUser>): UserChanges {
  return {
    id: body.id,
    email: body.email ? normalAddress(body.email) : undefined,
    phone: body.phone,
    password: body.password,
    passwordHash: body.password_hash,
    isConfirmed: body.email_confirm,
    role: body.role,
    userMetadata: body.user_metadata,
    appMetadata: body.app_metadata,
    bannedUntil: body.ban_duration === undefined ? undefined : banEnd(body.ban_duration),
  };
}

const unitMs = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Supabase takes Go's durations ("24h", "1h30m") and `none`. @throws {AuthError} `validation_failed` */
function banEnd(duration: string): Date | null {
  if (duration === "none") return null;
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== duration) {
    throw invalid(`Invalid format for ban duration: ${duration}`);
  }
  const sumMs = parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit as keyof typeof unitMs],
    0,
  );
  return new Date(Math.min(Date.now() + sumMs, 8.64e15));
}

const isLinkType = (type: string): type is Purpose =>
  ["signup", "invite", "recovery", "magiclink"].includes(type);
