import rateLimit from "@fastify/rate-limit";
import { type Caller, type GatewayStore, StoreError } from "@portero/store";
import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { configured, faultHandler } from "./faults.ts";

const Uuid = Type.String({ pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$" });
const OfTenant = Type.Object({ tenantId: Uuid });
const OfMember = Type.Object({ tenantId: Uuid, userId: Uuid });

const Invitation = Type.Object(
  {
    email: Type.String({ maxLength: 254, pattern: "^[^@\\s]{1,128}@[^@\\s]{1,190}$" }),
    displayName: Type.String({ maxLength: 120, pattern: "\\S" }),
    role: Type.Union([Type.Literal("admin"), Type.Literal("guard"), Type.Literal("viewer")]),
  },
  { additionalProperties: false },
);
const Access = Type.Object({ active: Type.Boolean() }, { additionalProperties: false });

export interface PeopleOptions {
  /** Null where this installation was given no secret key. */
  store: Pick<GatewayStore, "callerOf" | "invite" | "setActive"> | null;
  /** Where a mailed invitation leads. */
  landingUrl(): string;
  onFault(error: unknown): void;
}

/** `/api/tenants/…`: what an administrator may ask that needs the secret key. Tenant and role are looked up (safety T2). */
export const peopleRoutes: FastifyPluginAsync<PeopleOptions> = async (app, options) => {
  const { landingUrl, onFault } = options;
  await app.register(rateLimit, { max: 30, timeWindow: "1 minute" });

  app.setErrorHandler(faultHandler(onFault));

  app.post<{ Params: Static<typeof OfTenant>; Body: Static<typeof Invitation> }>(
    "/api/tenants/:tenantId/invitations",
    { schema: { params: OfTenant, body: Invitation } },
    async (request, reply) => {
      const store = configured(options.store);
      const caller = await callerOf(request, store);
      const { email, displayName, role } = request.body;
      const member = { email, displayName: displayName.trim(), role };
      await store.invite(caller, request.params.tenantId, member, landingUrl());
      // The same for an address that has an account elsewhere and for one that nobody knows (safety T1).
      return reply.code(201).send({ status: "invited" });
    },
  );

  app.post<{ Params: Static<typeof OfMember>; Body: Static<typeof Access> }>(
    "/api/tenants/:tenantId/members/:userId/active",
    { schema: { params: OfMember, body: Access } },
    async (request, reply) => {
      const store = configured(options.store);
      const caller = await callerOf(request, store);
      const { tenantId, userId } = request.params;
      await store.setActive(caller, tenantId, userId, request.body.active);
      return reply.code(204).send();
    },
  );
};

function callerOf(request: FastifyRequest, store: Pick<GatewayStore, "callerOf">): Promise<Caller> {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (!token) throw new StoreError("unauthorized", "nobody is logged in");
  return store.callerOf(token);
}
