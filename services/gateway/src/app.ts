import fastifyStatic from "@fastify/static";
import type { GatewayStore } from "@portero/store";
import fastify, { type FastifyInstance } from "fastify";
import { enrolmentRoutes } from "./enrolment.ts";
import { type PeopleOptions, peopleRoutes } from "./people.ts";

/** What the dashboard has to know before anyone has logged in. Nothing here is secret. */
export interface DashboardConfig {
  supabaseUrl: string;
  publishableKey: string;
  realtimeTransport: "broadcast" | "postgres_changes";
}

/** Serves the built dashboard from `dashboardDir`, its configuration, and what needs the secret key. */
export async function createGateway(
  dashboardDir: string,
  config: DashboardConfig,
  actions: PeopleOptions & { store: Pick<GatewayStore, "enrolBox"> | null },
): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 16 * 1024,
    // "true" is not true, and what nobody asked for is refused instead of dropped.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  });
  const supabase = new URL(config.supabaseUrl);
  const socket = `${supabase.protocol === "https:" ? "wss" : "ws"}://${supabase.host}`;
  const policy = [
    "default-src 'self'",
    `connect-src 'self' ${supabase.origin} ${socket}`,
    `img-src 'self' data: blob: ${supabase.origin}`,
    // Mantine sets its theme's variables in style elements.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

  app.addHook("onSend", async (_request, reply) => {
    reply.headers({
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  });
  app.get("/config.json", async (_request, reply) =>
    reply.header("cache-control", "no-store").send(config),
  );
  app.get("/healthz", async () => ({ status: "ok" }));
  await app.register(peopleRoutes, actions);
  await app.register(enrolmentRoutes, { ...actions, config });
  await app.register(fastifyStatic, {
    root: dashboardDir,
    // The build lays them beside the files: nothing is compressed while somebody waits.
    preCompressed: true,
    // The build puts a hash of the content into the names below assets/.
    setHeaders(response, path) {
      response.header(
        "cache-control",
        path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      );
    },
  });
  // The dashboard's own routes are paths that no file has.
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      request.method === "GET" &&
      !request.url.startsWith("/api/") &&
      !/\.\w+$/.test(request.url.split("?")[0] ?? "");
    return isPage
      ? reply.header("cache-control", "no-cache").sendFile("index.html")
      : reply.code(404).send({ error: "not found" });
  });
  return app;
}
