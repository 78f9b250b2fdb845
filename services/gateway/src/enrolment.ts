import rateLimit from "@fastify/rate-limit";
import type { GatewayStore } from "@portero/store";
import type { FastifyPluginAsync } from "fastify";
import { type Static, Type } from "typebox";
import type { DashboardConfig } from "./app.ts";
import { configured, faultHandler } from "./faults.ts";

const Enrolment = Type.Object(
  {
    code: Type.String({ minLength: 12, maxLength: 64 }),
    publicKey: Type.String({ pattern: "^p256-public\\.[\\w-]{86,90}$" }),
    /** What the box calls itself: shown to the administration. */
    boxName: Type.String({ maxLength: 120 }),
  },
  { additionalProperties: false },
);

export interface EnrolmentOptions {
  /** Null where this installation was given no secret key. */
  store: Pick<GatewayStore, "enrolBox"> | null;
  /** What a box needs to reach the same Supabase. */
  config: DashboardConfig;
  onFault(error: unknown): void;
}

/**
 * `/api/enrolments`: a box shows the code that an administrator made and becomes its site's. The code is the only
 * proof: short-lived, good once, and a wrong one is answered like an old one.
 */
export const enrolmentRoutes: FastifyPluginAsync<EnrolmentOptions> = async (app, options) => {
  await app.register(rateLimit, { max: 10, timeWindow: "1 minute" });
  app.setErrorHandler(faultHandler(options.onFault));
  app.post<{ Body: Static<typeof Enrolment> }>(
    "/api/enrolments",
    { schema: { body: Enrolment } },
    async (request, reply) => {
      const box = await configured(options.store).enrolBox(request.body);
      return reply
        .code(201)
        .header("cache-control", "no-store")
        .send({ ...options.config, ...box });
    },
  );
};
