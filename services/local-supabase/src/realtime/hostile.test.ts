import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Heard, hear, startWorld, type World } from "./testing.ts";

const ana = "00000000-0000-4000-8000-00000000000a";
const topic = "realtime:room";
let world: World;
const open: WebSocket[] = [];

beforeAll(async () => {
  world = await startWorld(`
    create policy everyone on realtime.messages for select to authenticated
      using ((select realtime.topic()) = 'room' or ((select realtime.topic()) = 'slow' and pg_sleep(1) is not null))`);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});
afterAll(() => world?.stop());

type Message = [string | null, string | null, string, string, Record<string, unknown>];

interface Raw {
  socket: WebSocket;
  heard: Heard<Message>;
  closed: Promise<{ code: number; reason: string }>;
  push(event: string, payload?: object, to?: string): void;
}

async function connectRaw(options: { key?: string; headers?: object } = {}): Promise<Raw> {
  const { key = world.supabase.publishableKey, headers = {} } = options;
  const url = `${world.supabase.url.replace("http", "ws")}/realtime/v1/websocket`;
  const socket = new WebSocket(`${url}?apikey=${key}&vsn=2.0.0`, { headers: { ...headers } });
  open.push(socket);
  const heard = hear<Message>("a frame");
  socket.on("message", (data, isBinary) => {
    if (!isBinary) heard.push(JSON.parse(String(data)));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await once(socket, "open");
  let ref = 0;
  const push = (event: string, payload: object = {}, to = topic): void =>
    socket.send(JSON.stringify(["1", String(++ref), to, event, payload]));
  return { socket, heard, closed, push };
}

async function joinRaw(raw: Raw, payload: object = {}, to = topic): Promise<Message> {
  raw.push("phx_join", payload, to);
  return raw.heard.until(([, , name, event]) => name === to && event === "phx_reply");
}

const responseOf = ([, , , , { status, response }]: Message) => [
  status,
  (response as { reason?: string }).reason,
];

describe("handshakes", () => {
  it.each([
    ["without a key", "", {}, 401],
    ["with an unknown key", "sb_publishable_unknown", {}, 401],
    ["with a secret key from a browser", "secret", { "user-agent": "Mozilla/5.0" }, 401],
    ["with a forged key", "forged", {}, 401],
  ])("are refused %s", async (_what, which, headers, status) => {
    const keys: Record<string, string> = { secret: world.supabase.secretKey, forged: forge({}) };
    const refused = connectRaw({ key: keys[which] ?? which, headers });
    await expect(refused).rejects.toThrow(`Unexpected server response: ${status}`);
  });

  it("are refused elsewhere and in other versions", async () => {
    const statusOf = async (path: string) => {
      const socket = new WebSocket(`${world.supabase.url.replace("http", "ws")}${path}`);
      const [error] = await once(socket, "error");
      return Number(/\d+$/.exec(error.message)?.[0]);
    };
    expect(await statusOf("/realtime/v1/other")).toBe(404);
    expect(await statusOf("//")).toBe(404);
    expect(await statusOf(`/realtime/v1/websocket?vsn=3.0.0&apikey=x`)).toBe(400);
  });

  it("serve a secret key outside browsers", async () => {
    const raw = await connectRaw({ key: world.supabase.secretKey });
    expect(responseOf(await joinRaw(raw, { config: { private: true } }))[0]).toBe("ok");
  });
});

describe("tokens", () => {
  const inAnHour = Math.floor(Date.now() / 1000) + 3600;
  const claims = { role: "authenticated", sub: ana, aud: "authenticated", exp: inAnHour };

  it.each([
    ["unsigned", () => forge(claims, { alg: "none" })],
    ["signed with a wrong secret", () => forge(claims)],
    [
      "signed with HS256 by the public key",
      async () => forge(claims, { alg: "HS256" }, await publicKey()),
    ],
    ["signed by a foreign key under our kid", async () => foreign(claims, await kid())],
    ["signed by a foreign key under a foreign kid", () => foreign(claims, "foreign")],
    ["without an expiry", async () => (await world.tokenFor(ana)).replace(/\.[^.]*\./, ".e30.")],
    ["of two parts", () => "a.b"],
    ["of garbage", () => "\u0000'; drop table x"],
  ])("%s are refused, and nothing of them is told", async (_what, make) => {
    const raw = await connectRaw();
    const token = await make();
    const [status, reason] = responseOf(await joinRaw(raw, { access_token: token }));
    expect(status).toBe("error");
    expect(reason).toMatch(
      /^(JwtSignatureError: Failed to validate JWT signature|MalformedJWT: The token provided is not a valid JWT)$/,
    );
  });

  it("end the channel when a forged one replaces a good one", async () => {
    const raw = await connectRaw();
    await joinRaw(raw, { config: { private: true }, access_token: await world.tokenFor(ana) });
    raw.push("access_token", { access_token: forge(claims) });
    await raw.heard.until(([, , , event]) => event === "phx_close");
    const system = raw.heard.all.find(([, , , event]) => event === "system");
    expect(system?.[4]).toMatchObject({
      status: "error",
      message: "Failed to validate JWT signature",
    });
  });

  it.each(["nobody", "supabase_admin", "postgres"])("do not choose the role %s", async (role) => {
    const raw = await connectRaw();
    const token = await world.tokenFor(ana, { role });
    const answer = await joinRaw(raw, { config: { private: true }, access_token: token });
    expect(responseOf(answer)[1]).toContain("Unauthorized");
    const config = {
      postgres_changes: [{ schema: "*" }],
      postgres_changes_options: { wait: true },
    };
    const changes = await joinRaw(raw, { config, access_token: token }, "realtime:changes");
    expect(responseOf(changes)[1]).toContain("RealtimeDisabledForConfiguration");
  });
});

describe("frames", () => {
  it.each([
    ["that are no JSON", "{"],
    ["of the other version", '{"topic":"phoenix","event":"heartbeat"}'],
    ["of another kind", Buffer.from([9, 0, 0])],
    [
      "nested too deeply",
      `["1","2","${topic}","broadcast",{"a":${"[".repeat(2e5)}${"]".repeat(2e5)}}]`,
    ],
    ["cut off", Buffer.from([3, 255, 255, 255, 255, 255, 1])],
  ])("%s end the connection with a reason", async (_what, frame) => {
    const raw = await connectRaw();
    await joinRaw(raw);
    raw.socket.send(frame);
    await expect(raw.closed).resolves.toEqual({ code: 1007, reason: "Malformed frame" });
  });

  it("of more bytes than a payload may have end the connection", async () => {
    const raw = await connectRaw();
    raw.socket.send(Buffer.alloc(3_200_000, 0x20));
    expect((await raw.closed).code).toBe(1009);
  });

  it("that join with more than is remembered of a channel end the connection", async () => {
    const raw = await connectRaw();
    raw.push("phx_join", { config: { postgres_changes: [{ table: "x".repeat(300_000) }] } });
    expect(await raw.closed).toEqual({ code: 1009, reason: "The join is too large" });
  });

  it("to a channel that was not joined are answered", async () => {
    const raw = await connectRaw();
    raw.push("broadcast", { event: "e" }, "realtime:foreign");
    await raw.heard.count(1);
    expect(responseOf(raw.heard.all[0] as Message)).toEqual(["error", "unmatched topic"]);
  });

  it("do not reach receivers when they would break them", async () => {
    const receiver = await connectRaw();
    await joinRaw(receiver);
    const sender = await connectRaw();
    await joinRaw(sender);
    const texts = ["1", "2", topic, "e", ""].map((text) => Buffer.from(text));
    const head = Buffer.from([3, ...texts.map((text) => text.length), 1]);
    sender.socket.send(Buffer.concat([head, ...texts, Buffer.from("{no json")]));
    expect((await sender.closed).code).toBe(1007);
    receiver.push("heartbeat", {}, "phoenix");
    await receiver.heard.until(([, , name]) => name === "phoenix");
    expect(receiver.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("that flood end the channel and then the connection", async () => {
    const raw = await connectRaw();
    await joinRaw(raw);
    for (let i = 0; i < 2000; i++) raw.push("nonsense");
    await expect(raw.closed).resolves.toMatchObject({ code: 1008 });
    const system = raw.heard.all.find(([, , , event]) => event === "system");
    expect(system?.[4]["message"]).toBe("Too many messages per second");
  });
});

describe("what comes while the database is asked", () => {
  it("is read when there is an answer, and not kept in memory before", async () => {
    const raw = await connectRaw();
    const slow = "realtime:slow";
    const config = { private: true };
    raw.push("phx_join", { config, access_token: await world.tokenFor(ana) }, slow);
    const payload = { event: "e", payload: "x".repeat(1_000_000) };
    for (let i = 0; i < 80; i++) raw.push("broadcast", payload, slow);
    raw.push("heartbeat", {}, "phoenix");
    const answer = await raw.heard.until(([, , , event]) => event === "phx_reply");
    expect(responseOf(answer)[0]).toBe("ok");
    expect(raw.socket.bufferedAmount).toBeGreaterThan(20_000_000);
    await raw.heard.until(([, , name]) => name === "phoenix");
    expect(raw.socket.bufferedAmount).toBe(0);
  });
});

describe("joins", () => {
  it("are refused beyond 100 channels", async () => {
    const raw = await connectRaw();
    await joinRaw(raw, {}, "realtime:0");
    const firstJoinedAtMs = Date.now();
    for (let i = 1; i < 100; i++) await joinRaw(raw, {}, `realtime:${i}`);
    // One join is allowed each 10 ms once the first hundred are spent: a quick machine has not got there yet.
    await expect.poll(() => Date.now() - firstJoinedAtMs).toBeGreaterThan(20);
    const answer = await joinRaw(raw, {}, "realtime:one more");
    expect(responseOf(answer)).toEqual(["error", "ChannelRateLimitReached: Too many channels"]);
  });

  it("with names and settings made for SQL only miss their channel", async () => {
    const raw = await connectRaw();
    const token = await world.tokenFor(ana);
    for (const name of ["x'; drop table realtime.messages; --", "$1", "\u2028", "%"]) {
      const payload = { config: { private: true }, access_token: token };
      const answer = await joinRaw(raw, payload, `realtime:${name}`);
      expect(responseOf(answer)[1]).toContain("Unauthorized");
    }
    const { rows } = await world.database.query("select to_regclass('realtime.messages') as found");
    expect(rows[0].found).toBe("realtime.messages");
  });
});

describe("slow clients", () => {
  it("are cut off, bounded in memory, while the others hear everything", async () => {
    const slow = await connectSlowly();
    const quick = await connectRaw();
    await joinRaw(quick, { config: { broadcast: { self: true } } });
    const payload = { event: "e", payload: "x".repeat(1_000_000) };
    for (let i = 0; i < 60; i++) {
      quick.push("broadcast", payload);
      await quick.heard.count(i + 2);
    }
    const closed = once(slow, "close");
    let bytes = 0;
    slow.on("data", (data) => {
      bytes += data.length;
    });
    slow.resume();
    await closed;
    expect(quick.heard.all.filter(([, , , event]) => event === "broadcast").length).toBe(60);
    // What the kernel holds, what may wait in memory, and one frame above it.
    expect(bytes).toBeLessThan(30_000_000);
  });

  /** A client that joins and then never reads again. */
  async function connectSlowly(): Promise<Socket> {
    const { hostname, port } = new URL(world.supabase.url);
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    socket.write(
      `GET /realtime/v1/websocket?apikey=${world.supabase.publishableKey}&vsn=2.0.0 HTTP/1.1\r\nHost: x\r\n` +
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await once(socket, "data");
    const join = Buffer.from(JSON.stringify(["1", "1", topic, "phx_join", {}]));
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | join.length, 0, 0, 0, 0]), join]));
    await once(socket, "data");
    socket.pause();
    return socket;
  }
});

function forge(claims: object, header: object = { alg: "HS256" }, secret = "wrong"): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const body = `${encode({ typ: "JWT", ...header })}.${encode(claims)}`;
  const isUnsigned = (header as { alg?: string }).alg === "none";
  return `${body}.${isUnsigned ? "" : createHmac("sha256", secret).update(body).digest("base64url")}`;
}

function foreign(claims: object, kid: string): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const body = `${encode({ typ: "JWT", alg: "ES256", kid })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(body), {
    key: privateKey,
    dsaEncoding: "ieee-p1363",
  });
  return `${body}.${signature.toString("base64url")}`;
}

async function jwk(): Promise<{ kid: string; x: string }> {
  const answer = await fetch(`${world.supabase.url}/auth/v1/.well-known/jwks.json`);
  return (
    ((await answer.json()) as { keys: { kid: string; x: string }[] }).keys[0] ?? { kid: "", x: "" }
  );
}
const kid = async () => (await jwk()).kid;
const publicKey = async () => JSON.stringify(await jwk());
