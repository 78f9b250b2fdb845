import { createAddressPolicy } from "@portero/isapi";
import { createLog, type Log, loadConfig, runProcess, Secret } from "@portero/runtime";
import { createEdgeClient, createEdgeStore, type SiteGate } from "@portero/store";
import { type Static, Type } from "typebox";
import type { Gate } from "./gates/gate.ts";
import { createMqttSiteGate } from "./gates/mqtt-gate.ts";
import { runWorker } from "./worker.ts";

const UUID = "^[0-9a-f-]{36}$";

const Config = Type.Object({
  supabaseUrl: Type.String({
    pattern: "^https?://",
    description: "address of the Supabase project",
  }),
  supabasePublishableKey: Type.String({
    minLength: 1,
    description: "its publishable (or anon) key",
  }),
  edgeEmail: Type.String({ minLength: 3, description: "account of this site, with the role edge" }),
  edgePassword: Secret({ description: "its password" }),
  tenantId: Type.String({ pattern: UUID, description: "the condominium's id" }),
  siteId: Type.String({ pattern: UUID, description: "this site's id" }),
  sitePrivateKey: Secret({ description: "private key of this site, made at its enrolment" }),
  mqttUrl: Type.Optional(
    Type.String({ pattern: "^(mqtts?|wss?)://", description: "broker of the gates on MQTT" }),
  ),
  mqttUsername: Type.Optional(Type.String()),
  mqttPassword: Type.Optional(Secret()),
  mqttGateKeys: Type.Record(Type.String({ pattern: UUID }), Secret({ minLength: 32 }), {
    default: {},
    description: 'a key for each gate on MQTT, shared with its controller: {"<gate id>": "<key>"}',
  }),
  dataDir: Type.String({ default: ".portero/worker", description: "folder of the journal" }),
  realtimeTransport: Type.Union([Type.Literal("broadcast"), Type.Literal("postgres_changes")], {
    default: "broadcast",
  }),
  cameraNetworks: Type.Array(Type.String(), {
    default: [],
    description: "CIDR ranges cameras may live in; empty for any private network",
  }),
  allowLoopbackCameras: Type.Boolean({ default: false, description: "for simulators" }),
  maxRegisterAgeHours: Type.Number({ default: 24, minimum: 0.1, maximum: 240 }),
  healthPort: Type.Integer({ default: 0, minimum: 0, maximum: 65_535 }),
  secondEngine: Type.Union(
    [Type.Literal("off"), Type.Literal("ppocr"), Type.Literal("tesseract")],
    { default: "ppocr", description: "the engine that confirms a plate before the gate opens" },
  ),
  logLevel: Type.String({ default: "info" }),
});

/** Gates on MQTT share the broker; each has a key of its own. */
function mqttGates(config: Static<typeof Config>, log: Log) {
  const { mqttUrl: url = "", mqttUsername: username, mqttPassword: password } = config;
  const broker = { url, ...(username ? { username } : {}), ...(password ? { password } : {}) };
  return (gate: SiteGate): Gate | null => {
    const key = config.mqttGateKeys[gate.id];
    if (!key || gate.actuator.kind !== "mqtt") return null;
    return createMqttSiteGate(gate, gate.actuator, key, broker, log);
  };
}

await runProcess("vision-worker", async (signal) => {
  const config = loadConfig(Config, process.env);
  const log = createLog("vision-worker", { level: config.logLevel });
  const client = createEdgeClient(config.supabaseUrl, config.supabasePublishableKey);
  const account = { email: config.edgeEmail, password: config.edgePassword };
  const site = { tenantId: config.tenantId, siteId: config.siteId };
  const cloud = createEdgeStore(client, account, site, config.realtimeTransport);
  try {
    await runWorker(
      {
        cloud,
        site,
        dataDir: config.dataDir,
        privateKey: config.sitePrivateKey,
        allowAddress: createAddressPolicy({
          networks: config.cameraNetworks,
          allowLoopback: config.allowLoopbackCameras,
        }),
        mqttGate: config.mqttUrl ? mqttGates(config, log) : null,
        maxRegisterAgeMs: config.maxRegisterAgeHours * 3_600_000,
        healthPort: config.healthPort,
        secondEngine: config.secondEngine,
        onWatching: (healthUrl) => process.send?.({ ready: { healthUrl } }),
        log,
      },
      signal,
    );
  } finally {
    await cloud.close();
  }
});
