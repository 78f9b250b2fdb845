import rateLimit from "@fastify/rate-limit";
import type { Log } from "@portero/runtime";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import type pg from "pg";
import { acceptEmptyJson, requireApiKey } from "../gateway.ts";
import { registerAdmin } from "./admin.ts";
import { AuthError, asAuthError, sendAuthError } from "./errors.ts";
import { registerMailing, registerVerification } from "./one-time-routes.ts";
import { registerSessions } from "./session-routes.ts";
import type { Signing } from "./sessions.ts";
import type { Issuer } from "./tokens.ts";

export interface AuthOptions {
  /** Logs in as `supabase_auth_admin`. */
  pool: pg.Pool;
  issuer: Issuer;
  /** Where the API is reached, without a path. */
  url: string;
  /** Where mailed links lead when they don't ask for a place of their own on this machine. */
  siteUrl: string;
  /** Off in tests that log in more often than people do. */
  isLimited: boolean;
  log: Log;
}

export interface AuthContext extends AuthOptions, Signing {}

/** Supabase Auth under `/auth/v1`, as far as auth-js is used here. */
export async function registerAuth(app: FastifyInstance, options: AuthOptions): Promise<void> {
  const context: AuthContext = { ...options, issuerUrl: `${options.url}/auth/v1` };
  const admin: FastifyPluginAsync = async (app) => registerAdmin(app, context);
  const keyed: FastifyPluginAsync = async (app) => {
    requireApiKey(app, options.issuer);
    app.get("/settings", async () => settings);
    registerMailing(app, context);
    registerSessions(app, context);
    await app.register(admin);
  };
  const auth: FastifyPluginAsync = async (app) => {
    await app.register(rateLimit, {
      global: false,
      hook: "preHandler",
      allowList: () => !options.isLimited,
      errorResponseBuilder: () =>
        new AuthError(429, "over_request_rate_limit", "Request rate limit reached"),
    });
    acceptEmptyJson(app);
    app.setErrorHandler(async (cause: Error, request, reply) => {
      const error = asAuthError(cause);
      if (error.status >= 500) {
        options.log.error({ err: cause, path: request.routeOptions.url }, "auth failed");
      }
      return sendAuthError(request, reply, error);
    });
    app.get("/.well-known/jwks.json", async (_request, reply) =>
      reply.header("cache-control", "public, max-age=600").send(options.issuer.jwks),
    );
    app.get("/health", async () => ({
      version: "local",
      name: "GoTrue",
      description: "GoTrue is a user registration and authentication API",
    }));
    // Links in mails are opened without an API key.
    registerVerification(app, context);
    await app.register(keyed);
  };
  await app.register(auth, { prefix: "/auth/v1" });
}

/** What is on offer, in the shape that dashboards and auth-js expect. */
const settings = {
  external: { anonymous_users: false, email: true, phone: false },
  disable_signup: false,
  mailer_autoconfirm: true,
  phone_autoconfirm: false,
  sms_provider: "",
  saml_enabled: false,
};
