import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createAddressPolicy } from "./address-policy.ts";
import { createIsapiDevice } from "./isapi-device.ts";
import { startTestCamera, statusXml } from "./test-camera.ts";

const NEVER = new AbortController().signal;
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function deviceAt(baseUrl: string, password = "right-password") {
  const device = createIsapiDevice({
    baseUrl,
    credentials: { username: "admin", password },
    allowAddress: createAddressPolicy({ allowLoopback: true }),
    commandTimeoutMs: 200,
    random: () => 0,
  });
  stops.push(() => device.close());
  return device;
}

async function cameraWith(...args: Parameters<typeof startTestCamera>) {
  const camera = await startTestCamera(...args);
  stops.push(() => camera.stop());
  return camera;
}

describe("a gate command", () => {
  it.each([
    ["accepts it", 200, statusXml(1), { kind: "accepted" }],
    ["accepts it without a word", 200, "", { kind: "accepted" }],
    [
      "refuses it with HTTP 200",
      200,
      statusXml(4, "notSupport"),
      { kind: "rejected", subStatus: "notSupport" },
    ],
    [
      "lacks the right",
      403,
      statusXml(4, "lowPrivilege"),
      { kind: "rejected", subStatus: "lowPrivilege" },
    ],
    ["knows no such path", 404, "not found", { kind: "rejected", subStatus: "http_404" }],
    ["fails without a reason", 500, "", { kind: "unknown", code: "device_error" }],
    ["answers nonsense", 200, "<html></html>", { kind: "unknown", code: "bad_content" }],
    ["answers broken XML", 200, "<a", { kind: "unknown", code: "bad_content" }],
    ["redirects", 302, "", { kind: "unknown", code: "protocol" }],
    ["answers too much", 200, "x".repeat(100_000), { kind: "unknown", code: "too_large" }],
  ])("tells a device that %s", async (_name, status, body, result) => {
    const camera = await cameraWith((_request, response) => {
      response.writeHead(status, { location: "http://127.0.0.1:1/" }).end(body);
    });
    expect(await deviceAt(camera.url).commandBarrier(1, "open", {}, NEVER)).toMatchObject(result);
  });

  it("is unknown after a time-out, and is not sent again (G8)", async () => {
    let received = 0;
    const camera = await cameraWith(() => {
      received += 1;
    });
    const result = await deviceAt(camera.url).commandBarrier(1, "open", {}, NEVER);
    expect(result).toMatchObject({ kind: "unknown", code: "timeout" });
    expect(received).toBe(1);
  });

  it("is unknown even when not so much as the challenge came: the device may not want a log-in", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    stops.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const result = await deviceAt(`http://127.0.0.1:${port}`).commandBarrier(1, "open", {}, NEVER);
    expect(result).toMatchObject({ kind: "unknown", code: "timeout" });
  });

  it("takes a connection of its own, since a kept-alive one may be closing at this moment", async () => {
    const ports: (number | undefined)[] = [];
    const camera = await cameraWith((request, response) => {
      ports.push(request.socket.remotePort);
      response.end(request.method === "GET" ? "<DeviceInfo/>" : statusXml(1));
    });
    const device = deviceAt(camera.url);
    await device.deviceInfo(NEVER);
    await device.deviceInfo(NEVER);
    await device.commandBarrier(1, "open", {}, NEVER);
    expect(new Set(ports.slice(0, 2)).size).toBe(1);
    expect(ports[2]).not.toBe(ports[1]);
  });

  it("is rejected with a wrong password, and never sent once that is known", async () => {
    const camera = await cameraWith(() => {});
    const device = deviceAt(camera.url, "wrong");
    const results = [];
    for (let i = 0; i < 3; i++) results.push(await device.commandDoor(1, "open", {}, NEVER));
    expect(results).toMatchObject([
      { kind: "rejected", subStatus: "unauthorized" },
      { kind: "rejected", subStatus: "unauthorized" },
      { kind: "unreachable", code: "unauthorized" },
    ]);
  });

  it("is withdrawn by its caller before it is sent, and followed to its end after", async () => {
    const abort = new AbortController();
    const camera = await cameraWith((_request, response) => {
      abort.abort();
      response.end(statusXml(1));
    });
    const device = deviceAt(camera.url);
    expect(await device.commandBarrier(1, "open", {}, abort.signal)).toEqual({ kind: "accepted" });
    const before = camera.seen.length;
    expect(await device.commandBarrier(1, "open", {}, abort.signal)).toMatchObject({
      kind: "unreachable",
    });
    expect(camera.seen.length).toBe(before);
  });
});

describe("a pulse", () => {
  it("is high, then low, and low is repeated until the device confirms it (G11)", async () => {
    const levels: string[] = [];
    const camera = await cameraWith((_request, response, body) => {
      levels.push(/<outputState>(\w+)</.exec(body)?.[1] ?? "");
      if (levels.length === 2) response.destroy();
      else response.end(statusXml(levels.length === 3 ? 3 : 1));
    });
    const pulse = await deviceAt(camera.url).pulseRelay(1, { highMs: 1 }, NEVER);
    expect(pulse.result).toEqual({ kind: "accepted" });
    expect(levels).toEqual(["high"]);
    expect(await pulse.released).toEqual({ kind: "low" });
    expect(levels).toEqual(["high", "low", "low", "low"]);
  });

  it("is brought low although nobody knows whether it went high, and although the caller has gone", async () => {
    const levels: string[] = [];
    const abort = new AbortController();
    const camera = await cameraWith((_request, response, body) => {
      levels.push(/<outputState>(\w+)</.exec(body)?.[1] ?? "");
      abort.abort();
      if (levels.length > 1) response.end(statusXml(1));
    });
    const pulse = await deviceAt(camera.url).pulseRelay(1, { highMs: 1 }, abort.signal);
    expect(pulse.result).toMatchObject({ kind: "unknown", code: "timeout" });
    expect(await pulse.released).toEqual({ kind: "low" });
    expect(levels).toEqual(["high", "low"]);
  });

  it("is given up as uncertain when the device does not come back", async () => {
    const camera = await cameraWith((_request, response) => response.destroy());
    const release = await deviceAt(camera.url).releaseRelay(1, 100);
    expect(release).toMatchObject({ kind: "uncertain" });
  });
});
