import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createLog, loadConfig, runProcess } from "@portero/runtime";
import { Type } from "typebox";
import { createGateway } from "./app.ts";

const Config = Type.Object({
  supabaseUrl: Type.String({
    pattern: "^https?://",
    description: "address of the Supabase project, as browsers reach it",
  }),
  supabasePublishableKey: Type.String({
    minLength: 1,
    description: "its publishable (or anon) key",
  }),
  realtimeTransport: Type.Union([Type.Literal("broadcast"), Type.Literal("postgres_changes")], {
    default: "broadcast",
  }),
  dashboardDir: Type.String({ default: "dashboard/dist", description: "the built dashboard" }),
  host: Type.String({ default: "127.0.0.1" }),
  port: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535 }),
  logLevel: Type.String({ default: "info" }),
});

await runProcess("gateway", async (signal) => {
  const config = loadConfig(Config, process.env);
  const log = createLog("gateway", { level: config.logLevel });
  const dashboardDir = resolve(config.dashboardDir);
  if (!existsSync(join(dashboardDir, "index.html"))) {
    throw new Error(
      `${dashboardDir} holds no built dashboard; run "npm run build -w dashboard" first`,
    );
  }
  const app = await createGateway(dashboardDir, {
    supabaseUrl: config.supabaseUrl,
    publishableKey: config.supabasePublishableKey,
    realtimeTransport: config.realtimeTransport,
  });
  const url = await app.listen({ host: config.host, port: config.port });
  log.info({ url }, "serving the dashboard");
  process.send?.({ ready: { url } });
  await new Promise((end) => signal.addEventListener("abort", end, { once: true }));
  await app.close();
});
