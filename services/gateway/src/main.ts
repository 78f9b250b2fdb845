import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createLog, loadConfig, runProcess, Secret } from "@portero/runtime";
import { createGatewayStore } from "@portero/store";
import { Type } from "typebox";
import { createGateway } from "./app.ts";
import { keepAttention } from "./attention.ts";
import { keepPictures } from "./pictures.ts";

const Config = Type.Object({
  supabaseUrl: Type.String({
    pattern: "^https?://",
    description: "address of the Supabase project, as browsers reach it",
  }),
  supabasePublishableKey: Type.String({
    minLength: 1,
    description: "its publishable (or anon) key",
  }),
  supabaseSecretKey: Type.Optional(
    Secret({
      description:
        "its secret key: without it nobody is invited here, no alert escalates and no picture is removed",
    }),
  ),
  publicUrl: Type.Optional(
    Type.String({
      pattern: "^https?://",
      description: "where people reach the dashboard, for the links in invitations",
    }),
  ),
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
  const { supabaseUrl, supabasePublishableKey: publishableKey, supabaseSecretKey } = config;
  const store = supabaseSecretKey
    ? createGatewayStore({ supabaseUrl, publishableKey, secretKey: supabaseSecretKey })
    : null;
  const app = await createGateway(
    dashboardDir,
    { supabaseUrl, publishableKey, realtimeTransport: config.realtimeTransport },
    {
      store,
      landingUrl: () => new URL("/welcome", config.publicUrl ?? app.listeningOrigin).href,
      onFault: (err) => log.error({ err }, "a request could not be answered"),
    },
  );
  const url = await app.listen({ host: config.host, port: config.port });
  log.info({ url }, "serving the dashboard");
  process.send?.({ ready: { url } });
  if (store) {
    await Promise.all([keepAttention(store, log, signal), keepPictures(store, log, signal)]);
  } else {
    log.warn(
      "no secret key: nobody can be invited here, alerts do not escalate, old pictures stay",
    );
    await new Promise((end) => signal.addEventListener("abort", end, { once: true }));
  }
  await app.close();
});
