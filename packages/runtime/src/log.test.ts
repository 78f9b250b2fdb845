import { describe, expect, it } from "vitest";
import { createLog } from "./log.ts";

function logged(write: (log: ReturnType<typeof createLog>) => void, pretty = false): string {
  let text = "";
  write(createLog("vision-worker", { pretty, write: (line) => (text += line) }));
  return text;
}

describe("createLog", () => {
  it("writes one JSON line with the name, the level and the time", () => {
    const line = logged((log) => log.warn({ cameraId: "c1" }, "camera is silent"));
    expect(JSON.parse(line)).toMatchObject({
      name: "vision-worker",
      level: "warn",
      cameraId: "c1",
      msg: "camera is silent",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it.each([
    ["a key that names a secret", { password: "hunter2" }],
    ["a key deep inside", { camera: { list: [{ auth: { accessToken: "hunter2" } }] } }],
    [
      "what an error carries",
      { err: Object.assign(new Error("no"), { headers: { authorization: "hunter2" } }) },
    ],
    [
      "the cause of an error",
      { err: new Error("no", { cause: new Error("http://admin:hunter2@10.0.0.5/") }) },
    ],
    ["a URL among the facts", { url: "mqtt://worker:hunter2/3@broker:1883" }],
  ])("strikes out a secret in %s", (_name, facts) => {
    for (const pretty of [false, true]) {
      const text = logged((log) => log.error(facts, "failed"), pretty);
      expect(text).toContain("failed");
      expect(text).not.toContain("hunter2");
    }
  });

  it("strikes out a password in the sentence itself and in a child's facts", () => {
    expect(logged((log) => log.info("asking rtsp://admin:hunter2@cam"))).not.toContain("hunter2");
  });

  it("keeps the error's code, stack and cause", () => {
    const err = Object.assign(new Error("no snapshot", { cause: new Error("reset") }), {
      code: "unreachable",
    });
    const entry = JSON.parse(logged((log) => log.error({ err }, "failed")));
    expect(entry.err).toMatchObject({
      code: "unreachable",
      message: "no snapshot",
      cause: { message: "reset" },
    });
    expect(entry.err.stack).toContain("log.test.ts");
  });

  it("writes one readable line for a terminal that hostile text cannot leave", () => {
    const line = logged((log) => log.info({ plate: "A\x1b[2J\nB\u202e" }, "read\r\nfake"), true);
    expect(line.split("\n")).toHaveLength(2);
    expect(line).toContain("vision-worker: read\\u000d\\u000afake");
    expect(line).toContain("plate=A\\u001b[2J\\u000aB\\u202e");
  });
});
