import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { ConfigError, loadConfig, Secret } from "./config.ts";

const Config = Type.Object({
  gateId: Type.String({ format: "uuid", description: "the gate this box moves" }),
  brokerUrl: Type.String({ pattern: "^mqtts?://" }),
  gateKey: Secret({ minLength: 32 }),
  pulseMs: Type.Integer({ default: 500, minimum: 100, maximum: 5_000 }),
  isPretty: Type.Boolean({ default: false }),
  transport: Type.Optional(Type.Union([Type.Literal("isapi"), Type.Literal("mqtt")])),
  cameras: Type.Array(Type.Object({ url: Type.String(), password: Secret({ minLength: 8 }) }), {
    default: [],
  }),
});

const good = {
  GATE_ID: "0199e0a0-0000-7000-8000-000000000001",
  BROKER_URL: "mqtt://127.0.0.1:1883",
  GATE_KEY: "k".repeat(32),
};

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(Config, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("loadConfig", () => {
  it("reads numbers, booleans and lists, and fills in the defaults", () => {
    const cameras = [{ url: "http://10.0.0.5", password: "long enough" }];
    const env = { ...good, PULSE_MS: "250", IS_PRETTY: "true", CAMERAS: JSON.stringify(cameras) };
    expect(loadConfig(Config, env)).toMatchObject({ pulseMs: 250, isPretty: true, cameras });
    expect(loadConfig(Config, good)).toMatchObject({ pulseMs: 500, isPretty: false, cameras: [] });
  });

  it("counts an empty variable as absent", () => {
    expect(loadConfig(Config, { ...good, PULSE_MS: " " }).pulseMs).toBe(500);
  });

  it("names every fault at once, in the reader's words", () => {
    const faults = faultsOf({
      BROKER_URL: "tcp://x",
      PULSE_MS: "20",
      TRANSPORT: "door",
      CAMERAS: "{",
    });
    expect(faults).toEqual([
      "CAMERAS must be JSON",
      expect.stringMatching(/^GATE_ID is missing: the gate this box moves$/),
      "GATE_KEY is missing",
      expect.stringMatching(/^BROKER_URL .*, not "tcp:\/\/x"$/),
      expect.stringMatching(/^PULSE_MS .*100.*, not "20"$/),
      'TRANSPORT must be one of isapi, mqtt, not "door"',
    ]);
  });

  it.each([
    ["a fraction", "1.5"],
    ["a boolean", "true"],
    ["hexadecimal", "0x100"],
    ["a unit", "500ms"],
  ])("does not take %s for an integer", (_name, text) => {
    expect(faultsOf({ ...good, PULSE_MS: text })).toEqual([
      `PULSE_MS must be integer, not "${text}"`,
    ]);
  });

  it("never shows a secret, marked, nested or inside a URL", () => {
    const env = {
      ...good,
      GATE_KEY: "hunter-2",
      BROKER_URL: "amqp://worker:hunter-2/@broker",
      CAMERAS: JSON.stringify([{ url: 1, password: "hunter2" }, { "hunter-2": 1 }]),
    };
    const faults = faultsOf(env);
    expect(faults.map((fault) => fault.split(" ")[0]).sort()).toEqual([
      "BROKER_URL",
      "CAMERAS[0].password",
      "CAMERAS[0].url",
      "CAMERAS[1].password",
      "CAMERAS[1].url",
      "GATE_KEY",
    ]);
    expect(faults.join("\n")).not.toMatch(/hunter/);
  });
});
