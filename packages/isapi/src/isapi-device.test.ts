import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createAddressPolicy } from "./address-policy.ts";
import { CredentialBudget } from "./credential-budget.ts";
import { createIsapiDevice, type IsapiDeviceOptions } from "./isapi-device.ts";
import { startTestCamera, statusXml, TINY_JPEG } from "./test-camera.ts";

const NEVER = new AbortController().signal;
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function cameraWith(...args: Parameters<typeof startTestCamera>) {
  const camera = await startTestCamera(...args);
  stops.push(() => camera.stop());
  return camera;
}

function deviceAt(baseUrl: string, options: Partial<IsapiDeviceOptions> = {}) {
  const device = createIsapiDevice({
    baseUrl,
    credentials: { username: "admin", password: "right-password" },
    allowAddress: createAddressPolicy({ allowLoopback: true }),
    timeoutMs: 2_000,
    commandTimeoutMs: 500,
    random: () => 0,
    ...options,
  });
  stops.push(() => device.close());
  return device;
}

const WRONG = { credentials: { username: "admin", password: "wrong-password" } };

describe("logging in", () => {
  it("re-uses the nonce with a growing count: one round trip after the first", async () => {
    const camera = await cameraWith((_request, response) => response.end(TINY_JPEG));
    const device = deviceAt(camera.url);
    for (let i = 0; i < 12; i++) await device.snapshot(101, {}, NEVER);
    expect(camera.seen.map((request) => request.nonceCount)).toEqual([
      null,
      ...Array.from({ length: 12 }, (_, at) => (at + 1).toString(16).padStart(8, "0")),
    ]);
  });

  it.each([
    ["says so", true],
    ["does not say so", false],
  ])("renews a worn-out nonce when the device %s", async (_name, saysStale) => {
    const camera = await cameraWith((_request, response) => response.end(TINY_JPEG), {
      nonceUses: 2,
      saysStale,
    });
    const failures: number[] = [];
    const budget = new CredentialBudget({ onChange: (count) => failures.push(count) });
    const device = deviceAt(camera.url, { budget });
    for (let i = 0; i < 7; i++) await device.snapshot(101, {}, NEVER);
    expect(budget.isSpent).toBe(false);
    expect(Math.max(0, ...failures)).toBe(saysStale ? 0 : 1);
  });

  it.each([
    ["Basic first", (n: string) => `Basic realm="x", Digest nonce="${n}", realm="DS", qop="auth"`],
    ["unquoted", (n: string) => `Digest qop=auth, algorithm=MD5, nonce=${n}, realm=DS`],
    ["several qop", (n: string) => `Digest realm="DS", nonce="${n}", qop="auth-int,auth"`],
  ])("understands a challenge: %s", async (_name, challenge) => {
    const camera = await cameraWith((_request, response) => response.end(TINY_JPEG), { challenge });
    await expect(deviceAt(camera.url).snapshot(101, {}, NEVER)).resolves.toBeInstanceOf(Uint8Array);
  });

  it("takes the algorithm from the challenge, the strongest offer first", async () => {
    const camera = await cameraWith((_request, response) => response.end(TINY_JPEG), {
      hash: "sha256",
      challenge: (n) =>
        `Digest realm="DS", nonce="${n}", qop="auth", algorithm=MD5, ` +
        `Digest realm="DS", nonce="${n}", qop="auth", algorithm=SHA-256`,
    });
    await expect(deviceAt(camera.url).snapshot(101, {}, NEVER)).resolves.toBeInstanceOf(Uint8Array);
  });

  it("never sends a wrong password a third time, whatever is asked (lock-out)", async () => {
    const camera = await cameraWith(() => {});
    const budget = new CredentialBudget();
    const device = deviceAt(camera.url, { ...WRONG, budget });
    for (let i = 0; i < 4; i++) {
      await expect(device.snapshot(101, {}, NEVER)).rejects.toMatchObject({ code: "unauthorized" });
      await expect(device.deviceInfo(NEVER)).rejects.toMatchObject({ code: "unauthorized" });
      await expect(device.alertStream(NEVER).next()).rejects.toMatchObject({
        code: "unauthorized",
      });
      await device.pulseRelay(1, {}, NEVER);
    }
    expect(camera.refusals).toBe(2);
    const asked = camera.seen.length;
    const restarted = deviceAt(camera.url, {
      ...WRONG,
      budget: new CredentialBudget({ failures: 2 }),
    });
    await expect(restarted.userCheck(NEVER)).rejects.toMatchObject({ code: "unauthorized" });
    expect(camera.seen.length).toBe(asked);
  });

  it("stays within the budget when stream, snapshot and relay start together", async () => {
    const camera = await cameraWith(() => {});
    const device = deviceAt(camera.url, WRONG);
    await Promise.allSettled([
      device.alertStream(NEVER).next(),
      device.snapshot(101, {}, NEVER),
      device.commandBarrier(1, "open", {}, NEVER),
      device.time(NEVER),
    ]);
    expect(camera.refusals).toBeLessThanOrEqual(3);
  });

  it("leaves a locked account alone for as long as the device says", async () => {
    let nowMs = 1_000;
    const camera = await cameraWith(() => {}, {
      unauthorizedBody:
        "<userCheck><statusValue>401</statusValue><lockStatus>lock</lockStatus><unlockTime>60</unlockTime></userCheck>",
    });
    const budget = new CredentialBudget({ nowMs: () => nowMs });
    const device = deviceAt(camera.url, { budget });
    await expect(device.deviceInfo(NEVER)).rejects.toMatchObject({
      code: "locked_out",
      retryAfterMs: 60_000,
    });
    nowMs += 59_000;
    await expect(device.deviceInfo(NEVER)).rejects.toMatchObject({ retryAfterMs: 1_000 });
    expect(camera.seen.length).toBe(1);
    nowMs += 1_001;
    await expect(device.deviceInfo(NEVER)).rejects.toMatchObject({ code: "locked_out" });
    expect(camera.seen.length).toBe(2);
  });

  it("sends no credentials during discovery, and none in the clear", async () => {
    const camera = await cameraWith(() => {}, { challenge: () => `Basic realm="old camera"` });
    const discovering = deviceAt(camera.url, { credentials: null });
    await expect(discovering.deviceInfo(NEVER)).rejects.toMatchObject({ code: "unauthorized" });
    await expect(deviceAt(camera.url).deviceInfo(NEVER)).rejects.toMatchObject({
      code: "protocol",
    });
    expect(camera.seen.map((request) => request.wasAccepted)).toEqual([false, false]);
  });

  it("keeps the password out of every error", async () => {
    const camera = await cameraWith(() => {});
    const error = await deviceAt(camera.url, WRONG)
      .deviceInfo(NEVER)
      .catch((cause) => cause);
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain("wrong-password");
  });
});

describe("snapshot", () => {
  it.each([
    ["an error as XML with HTTP 200", "", statusXml(4, "notSupport"), "unsupported"],
    ["a lack of rights", "", statusXml(4, "lowPrivilege"), "low_privilege"],
    ["busy", "", statusXml(2, "deviceBusy"), "busy"],
    ["other bytes", "", "hello, I am a web page".repeat(10), "not_jpeg"],
    ["nothing", "", "", "not_jpeg"],
    ["a picture without its end", "", TINY_JPEG.subarray(0, 6), "bad_content"],
    ["more than 8 MB", "", Buffer.alloc(9_000_000, 0xff), "too_large"],
    ["a document with entities", "", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "bad_content"],
  ])("tells %s", async (_name, _, body, code) => {
    const camera = await cameraWith((_request, response) => {
      response.writeHead(200, { "content-type": "image/jpeg" });
      response.end(body);
    });
    await expect(deviceAt(camera.url).snapshot(101, {}, NEVER)).rejects.toMatchObject({ code });
  });

  it("stops reading an endless answer at 8 MB", async () => {
    let sentBytes = 0;
    const camera = await cameraWith((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 0xff);
      const more = () => {
        while (!response.destroyed && response.write(chunk)) sentBytes += chunk.byteLength;
      };
      response.on("drain", more);
      more();
    });
    await expect(deviceAt(camera.url).snapshot(101, {}, NEVER)).rejects.toMatchObject({
      code: "too_large",
    });
    expect(sentBytes).toBeLessThan(32 * 1024 * 1024);
  });

  it("tells a connection cut in the middle of a picture", async () => {
    const camera = await cameraWith((_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write(TINY_JPEG, () => response.destroy());
    });
    await expect(deviceAt(camera.url).snapshot(101, {}, NEVER)).rejects.toMatchObject({
      code: "bad_content",
    });
  });

  it("asks again at most twice after a device error", async () => {
    let asked = 0;
    const camera = await cameraWith((_request, response) => {
      asked += 1;
      response.end(statusXml(3, "deviceError"));
    });
    await expect(deviceAt(camera.url).snapshot(101, {}, NEVER)).rejects.toMatchObject({
      code: "device_error",
    });
    expect(asked).toBe(3);
  });

  it("finds the NVR's path and stays with it", async () => {
    const camera = await cameraWith(({ url = "" }, response) => {
      response.end(url.includes("StreamingProxy") ? TINY_JPEG : statusXml(6, "badXmlContent"));
    });
    const device = deviceAt(camera.url);
    await device.snapshot(201, { widthPx: 1280, heightPx: 720 }, NEVER);
    await device.snapshot(201, {}, NEVER);
    const paths = camera.seen.filter((request) => request.wasAccepted).map(({ path }) => path);
    expect(paths).toEqual([
      "/ISAPI/Streaming/channels/201/picture?snapShotImageType=JPEG&videoResolutionWidth=1280&videoResolutionHeight=720",
      "/ISAPI/ContentMgmt/StreamingProxy/channels/201/picture?snapShotImageType=JPEG&videoResolutionWidth=1280&videoResolutionHeight=720",
      "/ISAPI/ContentMgmt/StreamingProxy/channels/201/picture?snapShotImageType=JPEG",
    ]);
  });

  it("follows no redirect", async () => {
    const camera = await cameraWith((_request, response) => {
      response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end();
    });
    await expect(deviceAt(camera.url).snapshot(101, {}, NEVER)).rejects.toMatchObject({
      code: "protocol",
    });
  });

  it("gives up after its time", async () => {
    const camera = await cameraWith(() => {});
    await expect(
      deviceAt(camera.url, { timeoutMs: 100 }).snapshot(101, {}, NEVER),
    ).rejects.toMatchObject({ code: "timeout", sent: true });
  });

  it("lets the caller's abort through untouched", async () => {
    const abort = new AbortController();
    const reason = new Error("the lane is closed");
    const camera = await cameraWith(() => abort.abort(reason));
    await expect(deviceAt(camera.url).snapshot(101, {}, abort.signal)).rejects.toBe(reason);
  });

  it("repeats a read when the kept-alive connection was just closed", async () => {
    let answers = 0;
    const camera = await cameraWith((request, response) => {
      answers += 1;
      if (answers === 2) request.socket.resetAndDestroy();
      else response.end(TINY_JPEG);
    });
    const device = deviceAt(camera.url);
    await device.snapshot(101, {}, NEVER);
    // The repeated request carries a count the device has seen, so it earns a fresh nonce.
    await expect(device.snapshot(101, {}, NEVER)).resolves.toBeInstanceOf(Uint8Array);
  });
});

describe("where devices may live (X4)", () => {
  it("refuses loopback by address and by name, before any byte is sent", async () => {
    const camera = await cameraWith(() => {});
    const allowAddress = createAddressPolicy();
    for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"]) {
      const device = deviceAt(camera.url.replace("127.0.0.1", host), { allowAddress });
      await expect(device.deviceInfo(NEVER)).rejects.toMatchObject({ code: "address_refused" });
    }
    expect(camera.seen).toEqual([]);
  });

  it.each([
    ["metadata", "169.254.169.254", {}, false],
    ["metadata of another cloud", "100.100.100.200", {}, false],
    ["a camera's network", "192.168.1.64", { networks: ["192.168.1.0/24"] }, true],
    ["another network", "10.0.0.9", { networks: ["192.168.1.0/24"] }, false],
    ["any private address by default", "10.0.0.9", {}, true],
    ["no address on the internet by default", "93.184.216.34", {}, false],
    [
      "an address on the internet that is named",
      "93.184.216.34",
      { networks: ["93.184.216.34/32"] },
      true,
    ],
    ["loopback on request", "127.0.0.1", { allowLoopback: true }, true],
    ["loopback dressed as IPv6", "::ffff:7f00:1", {}, false],
    ["metadata dressed as IPv6", "::ffff:169.254.169.254", {}, false],
    ["another network dressed", "::ffff:10.0.0.9", { networks: ["192.168.1.0/24"] }, false],
    ["a camera's network dressed", "::ffff:192.168.1.9", { networks: ["192.168.1.0/24"] }, true],
    ["a word", "camera.local", {}, false],
  ])("%s: %s", (_name, address, options, isAllowed) => {
    expect(createAddressPolicy(options)(address)).toBe(isAllowed);
  });
});

describe("addresses and accounts that make no device", () => {
  it.each([
    ["no http", { baseUrl: "ftp://camera" }],
    ["a password in the address", { baseUrl: "http://admin:secret@camera" }],
    ["no address", { baseUrl: "camera 1" }],
    ["a quote in the user name", { credentials: { username: 'a"b', password: "x" } }],
    ["an empty password", { credentials: { username: "admin", password: "" } }],
  ])("%s", (_name, options) => {
    expect(() => deviceAt("http://127.0.0.1", options)).toThrowError(
      expect.objectContaining({ code: "bad_options" }),
    );
  });
});

describe("reads", () => {
  const answers: Record<string, string> = {
    "/ISAPI/System/deviceInfo":
      '<DeviceInfo version="2.0" xmlns="urn:psialliance-org"><deviceName>Gate & lane &lt;1&gt;</deviceName><model>DS-2CD</model><serialNumber>00123E4</serialNumber></DeviceInfo>',
    "/ISAPI/System/Video/inputs/channels":
      "<VideoInputChannelList><VideoInputChannel><id>1</id><name>Lane</name></VideoInputChannel></VideoInputChannelList>",
    "/ISAPI/System/time":
      "<Time><timeMode>manual</timeMode><localTime>2026-03-01T13:00:00</localTime><timeZone>CST-8:00:00</timeZone></Time>",
    "/ISAPI/System/IO/inputs/1/status":
      "<x:IOPortStatus xmlns:x='u'><x:ioPortID>1</x:ioPortID><x:ioState>active</x:ioState></x:IOPortStatus>",
    "/ISAPI/Parking/channels/1/barrierGate/barrierGateStatus":
      "<BarrierGateStatus><barrierGateStatus>2</barrierGateStatus></BarrierGateStatus>",
  };

  it("understands what a device says, in any namespace", async () => {
    const camera = await cameraWith(({ url = "" }, response) => {
      const body = answers[url];
      response.writeHead(body ? 200 : 403).end(body ?? statusXml(4, "notSupport"));
    });
    const nowMs = Date.UTC(2026, 2, 1, 4, 0, 0);
    const device = deviceAt(camera.url, { nowMs: () => nowMs });
    expect(await device.deviceInfo(NEVER)).toMatchObject({
      name: "Gate & lane <1>",
      serialNumber: "00123E4",
    });
    expect(await device.channels(NEVER)).toEqual([{ inputId: 1, mainStreamId: 101, name: "Lane" }]);
    expect(await device.time(NEVER)).toMatchObject({ skewMs: 3_600_500 });
    expect(await device.inputState(1, NEVER)).toBe("active");
    expect(await device.barrierPosition(1, NEVER)).toBe("open");
    await expect(device.outputState(1, NEVER)).rejects.toMatchObject({
      code: "unsupported",
      subStatus: "notSupport",
    });
  });

  it.each([
    [
      "an entity bomb",
      `<!DOCTYPE a [<!ENTITY x "${"x".repeat(99)}">]><a>&x;&x;</a>`,
      "bad_content",
    ],
    ["deep nesting", `${"<a>".repeat(5_000)}${"</a>".repeat(5_000)}`, "bad_content"],
    ["64 KiB and more", `<a>${"x".repeat(70_000)}</a>`, "too_large"],
    ["open tags", "<Time><localTime>2026", "bad_content"],
    ["a dangerous name", "<DeviceInfo><__proto__><x>1</x></__proto__></DeviceInfo>", "bad_content"],
  ])("survives hostile XML: %s", async (_name, body, code) => {
    const camera = await cameraWith((_request, response) => response.end(body));
    const outcome = await deviceAt(camera.url)
      .deviceInfo(NEVER)
      .then(() => null)
      .catch((error) => error.code);
    expect(outcome).toBe(code);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("tells a device that is not there", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    await new Promise((resolve) => server.close(resolve));
    await expect(deviceAt(`http://127.0.0.1:${port}`).deviceInfo(NEVER)).rejects.toMatchObject({
      code: "unreachable",
      sent: false,
    });
  });

  it("tells something that speaks no HTTP", async () => {
    const server = createServer((socket) => socket.resume().end("SSH-2.0-OpenSSH_9.2\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    await expect(deviceAt(`http://127.0.0.1:${port}`).deviceInfo(NEVER)).rejects.toMatchObject({
      code: "protocol",
    });
  });
});
