import fastify from "fastify";
import type { Metrics } from "./metrics.ts";

export interface Health {
  /** False while something that keeps vehicles from being admitted is wrong. */
  isHealthy: boolean;
  facts: object;
}

/** Serves `/healthz` (200 or 503 with the facts) and `/metrics` until the signal aborts. Returns its address. */
export async function serveHealth(
  port: number,
  health: () => Promise<Health>,
  metrics: Metrics,
  signal: AbortSignal,
): Promise<string> {
  const app = fastify({ logger: false });
  app.get("/healthz", async (_request, reply) => {
    const { isHealthy, facts } = await health();
    return reply
      .code(isHealthy ? 200 : 503)
      .send({ status: isHealthy ? "ok" : "failing", ...facts });
  });
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  signal.addEventListener("abort", () => void app.close(), { once: true });
  return app.listen({ port, host: "127.0.0.1" });
}
