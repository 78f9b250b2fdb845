import { timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { BarrierInput } from "./barrier.ts";
import { Fault } from "./fault.ts";
import type { SimulatedCamera } from "./simulated-camera.ts";
import { Visit } from "./visit.ts";

const BarrierChange = Type.Object(
  {
    input: Type.Union(
      (["open", "close", "lock", "unlock", "jam", "free", "obstruct", "clear"] as const).map(
        (name) => Type.Literal(name),
      ),
    ),
  },
  { additionalProperties: false },
);
const Openness = Type.Object(
  { openness: Type.Number({ minimum: 0, maximum: 1 }) },
  { additionalProperties: false },
);
const FrameQuery = Type.Object({
  holdMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
  label: Type.Optional(Type.String({ maxLength: 200 })),
});

interface ById {
  Params: { id: string };
}

/**
 * The hand of the world: who comes, what the gate does, what breaks. For scripts on this machine,
 * with a token; never offered by a real camera.
 */
export function createControlApp(
  cameras: ReadonlyMap<string, { camera: SimulatedCamera; url: string }>,
  token: string,
): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: 16 * 1024 * 1024 });
  app.addContentTypeParser("image/jpeg", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  app.addHook("onRequest", async (request, reply) => {
    if (isSame(request.headers.authorization ?? "", `Bearer ${token}`)) return;
    await reply.code(401).send({ error: "the control token is missing or wrong" });
  });
  const cameraOf = (id: string): SimulatedCamera => {
    const found = cameras.get(id);
    if (found) return found.camera;
    throw Object.assign(new Error(`there is no camera ${id}`), { statusCode: 404 });
  };

  app.get("/control/cameras", async () =>
    [...cameras].map(([id, { camera, url }]) => ({
      id,
      url,
      barrier: camera.barrier(),
      stay: camera.currentVisit(),
      faults: camera.faults.list(),
    })),
  );
  app.get<ById>("/control/cameras/:id/history", async ({ params }) =>
    cameraOf(params.id).history(),
  );
  app.post<ById & { Body: Visit }>(
    "/control/cameras/:id/visits",
    { schema: { body: Visit } },
    async ({ params, body }, reply) => {
      cameraOf(params.id).pushVisit(body);
      return reply.code(204).send();
    },
  );
  app.post<ById & { Body: Buffer; Querystring: { holdMs?: number; label?: string } }>(
    "/control/cameras/:id/frames",
    { schema: { querystring: FrameQuery } },
    async ({ params, body, query }, reply) => {
      if (!Buffer.isBuffer(body)) return reply.code(415).send({ error: "send image/jpeg" });
      const { holdMs = 0, label = "" } = query;
      cameraOf(params.id).pushFrame({ jpeg: body, holdMs, label });
      return reply.code(204).send();
    },
  );
  app.put<ById & { Body: { openness: number } }>(
    "/control/cameras/:id/barrier",
    { schema: { body: Openness } },
    async ({ params, body }, reply) => {
      cameraOf(params.id).setOpenness(body.openness);
      return reply.code(204).send();
    },
  );
  app.post<ById & { Body: { input: BarrierInput } }>(
    "/control/cameras/:id/barrier/inputs",
    { schema: { body: BarrierChange } },
    async ({ params, body }, reply) => {
      cameraOf(params.id).changeBarrier(body.input);
      return reply.code(204).send();
    },
  );
  app.post<ById & { Body: Fault }>(
    "/control/cameras/:id/faults",
    { schema: { body: Fault } },
    async ({ params, body }, reply) => {
      cameraOf(params.id).setFault(body);
      return reply.code(204).send();
    },
  );
  app.delete<ById>("/control/cameras/:id/faults", async ({ params }, reply) => {
    cameraOf(params.id).faults.clear();
    return reply.code(204).send();
  });
  app.post<ById>("/control/cameras/:id/reset", async ({ params }, reply) => {
    cameraOf(params.id).reset();
    return reply.code(204).send();
  });
  return app;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
