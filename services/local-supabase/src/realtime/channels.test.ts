import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hear, join, startWorld, subscribe, type World } from "./testing.ts";

interface Message {
  event: string;
  payload: Record<string, unknown>;
  meta?: { id?: string; replayed?: boolean };
}

const ana = "00000000-0000-4000-8000-00000000000a";
const bea = "00000000-0000-4000-8000-00000000000b";
let world: World;

beforeAll(async () => {
  world = await startWorld(`
    create table public.members (room text, person uuid, may_send boolean default false);
    create function public.is_member(room text, sends boolean) returns boolean
      language sql stable security definer set search_path = '' as $$
        select exists (select from public.members m where m.room = is_member.room
          and m.person = (select auth.uid()) and (m.may_send or not sends)) $$;
    create policy members_read on realtime.messages for select to authenticated
      using (public.is_member((select realtime.topic()), false));
    create policy members_send on realtime.messages for insert to authenticated
      with check (public.is_member((select realtime.topic()), true));
    create policy presence_only on realtime.messages for select to anon
      using (extension = 'presence' and (select realtime.topic()) = 'lobby');
    create policy failing on realtime.messages for select to authenticated
      using ((select realtime.topic()) = 'broken' and 1 / (length(topic) - 6) = 1)`);
});
afterAll(() => world?.stop());

async function admit(room: string, person: string, maySend = true): Promise<void> {
  await world.database.query("insert into members values ($1, $2, $3)", [room, person, maySend]);
}

async function listener(room: string, token?: string, config: object = {}, realtime: object = {}) {
  const heard = hear<Message>(`a message in ${room}`);
  const channel = (await world.client(token, realtime)).channel(room, { config });
  channel.on("broadcast", { event: "*" }, (message) => heard.push(message as unknown as Message));
  const hears = await join(channel);
  return { channel, heard, ...hears };
}

describe("broadcast", () => {
  it.each([
    ["2.0.0", "2.0.0"],
    ["2.0.0", "1.0.0"],
    ["1.0.0", "2.0.0"],
    ["1.0.0", "1.0.0"],
  ])("reaches the others from %s to %s, not the sender, and is acknowledged", async (from, to) => {
    const room = `public ${from} ${to}`;
    const sender = await listener(room, undefined, { broadcast: { ack: true } }, { vsn: from });
    const receiver = await listener(room, undefined, {}, { vsn: to });
    const sent = { type: "broadcast", event: "ñ", payload: { text: "año", n: 1 } } as const;
    await expect(sender.channel.send(sent)).resolves.toBe("ok");
    await receiver.heard.count(1);
    expect(receiver.heard.all[0]).toMatchObject({ event: "ñ", payload: { text: "año", n: 1 } });
    expect(sender.heard.all).toEqual([]);
  });

  it("comes back to a sender who wants it", async () => {
    const self = await listener("self", undefined, { broadcast: { self: true } });
    await self.channel.send({ type: "broadcast", event: "e", payload: { a: 1 } });
    await expect(self.heard.until(({ event }) => event === "e")).resolves.toMatchObject({
      payload: { a: 1 },
    });
  });

  it("carries bytes", async () => {
    const sender = await listener("bytes");
    const receiver = await listener("bytes");
    const payload = Uint8Array.of(0, 255, 1).buffer;
    await sender.channel.send({ type: "broadcast", event: "raw", payload });
    const { payload: received } = await receiver.heard.until(({ event }) => event === "raw");
    expect(new Uint8Array(received as unknown as ArrayBuffer)).toEqual(Uint8Array.of(0, 255, 1));
  });

  it("refuses more than the size that is allowed", async () => {
    const sender = await listener("large", undefined, { broadcast: { ack: true } });
    const large = { type: "broadcast", event: "e", payload: { a: "x".repeat(3_000_001) } } as const;
    await expect(sender.channel.send(large)).resolves.toBe("error");
  });

  it("keeps a public and a private channel of one name apart", async () => {
    await admit("twin", ana);
    const token = await world.tokenFor(ana);
    const open = await listener("twin", token);
    const closed = await listener("twin", token, { private: true });
    await closed.channel.httpSend("private", {});
    await open.channel.httpSend("public", {});
    await closed.heard.count(1);
    await open.heard.count(1);
    expect([...open.heard.all, ...closed.heard.all].map(({ event }) => event)).toEqual([
      "public",
      "private",
    ]);
  });
});

describe("broadcast over HTTP", () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${world.supabase.url}/realtime/v1/api/broadcast${path}`, {
      method: "POST",
      body,
      headers: {
        apikey: world.supabase.publishableKey,
        "content-type": "application/json",
        ...headers,
      },
    });

  it("sends a batch, leaving out what no policy allows", async () => {
    await admit("batch", ana, false);
    const open = await listener("batch");
    const closed = await listener("batch", await world.tokenFor(ana), { private: true });
    const messages = [
      { topic: "batch", event: "private", payload: {}, private: true },
      { topic: "batch", event: "public", payload: { a: 1 } },
    ];
    const bearer = { authorization: `Bearer ${await world.tokenFor(ana)}` };
    expect((await post("", JSON.stringify({ messages }), bearer)).status).toBe(202);
    await open.heard.until(({ event }) => event === "public");
    const key = { apikey: world.supabase.secretKey };
    expect((await post("", JSON.stringify({ messages }), key)).status).toBe(202);
    await closed.heard.until(({ event }) => event === "private");
    expect(closed.heard.all).toHaveLength(1);
  });

  it("sends one, in JSON or bytes", async () => {
    const room = await listener("single/ñ");
    await room.channel.httpSend("json", { a: 1 });
    await room.channel.httpSend("bytes", Uint8Array.of(1, 2));
    await room.heard.count(2);
    expect(room.heard.all[0]).toMatchObject({ event: "json", payload: { a: 1 } });
    expect(room.heard.all[1]?.payload).toEqual(Uint8Array.of(1, 2).buffer);
  });

  it("refuses one that no policy allows", async () => {
    const channel = (await world.client(await world.tokenFor(bea))).channel("closed", {
      config: { private: true },
    });
    await expect(channel.httpSend("e", {})).rejects.toThrow("Unauthorized");
  });

  it.each([
    ["no key", "", "{}", { apikey: "" }, 401],
    ["a forged token", "", "{}", { authorization: "Bearer a.b.c" }, 401],
    ["another key as token", "", "{}", { authorization: "Bearer sb_secret_x" }, 401],
    ["a body without messages", "", "{}", {}, 422],
    ["a message without a topic", "", '{"messages":[{"event":"e","payload":{}}]}', {}, 422],
    [
      "a payload nested too deeply",
      "",
      `{"messages":[{"topic":"t","event":"e","payload":{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}}]}`,
      {},
      422,
    ],
    ["a body that is no JSON", "/a/events/b", "{", {}, 422],
    ["another type", "/a/events/b", "a", { "content-type": "text/plain" }, 415],
    ["too much", "/a/events/b", `"${"x".repeat(3_000_001)}"`, {}, 422],
  ])("refuses %s", async (_what, path, body, headers, status) => {
    expect((await post(path, body, headers as Record<string, string>)).status).toBe(status);
  });
});

describe("broadcast from the database", () => {
  it("brings what realtime.send sent, with its id", async () => {
    await admit("db", ana);
    const room = await listener("db", await world.tokenFor(ana), { private: true });
    await world.database.query(`select realtime.send('{"n": 12345678901}', 'opened', 'db', true)`);
    const message = await room.heard.until(({ event }) => event === "opened");
    expect(message.payload["n"]).toBe(12345678901);
    expect(message.payload["id"]).toBe(message.meta?.id);
  });

  it("brings what realtime.broadcast_changes sent, in the order of commits", async () => {
    await admit("gates", ana);
    const room = await listener("gates", await world.tokenFor(ana), { private: true });
    await world.database.query(`
      create table gates (id int primary key, name text);
      create function tell() returns trigger language plpgsql security definer as $$ begin
        perform realtime.broadcast_changes('gates', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
        return null; end $$;
      create trigger tell after insert or update or delete on gates for each row execute function tell();
      insert into gates values (1, 'north');
      update gates set name = 'south';
      delete from gates`);
    await room.heard.count(3);
    expect(room.heard.all.map(({ payload }) => [payload["operation"], payload["record"]])).toEqual([
      ["INSERT", { id: 1, name: "north" }],
      ["UPDATE", { id: 1, name: "south" }],
      ["DELETE", null],
    ]);
  });

  it("brings bytes as bytes, live and replayed, to clients of 2.0.0", async () => {
    await admit("bytes", ana);
    const token = await world.tokenFor(ana);
    const live = await listener("bytes", token, { private: true });
    const old = await listener("bytes", token, { private: true }, { vsn: "1.0.0" });
    await world.database.query(`select realtime.send_binary('\\x00ff10', 'raw', 'bytes', true);
      select realtime.send('{}', 'text', 'bytes', true)`);
    await old.heard.until(({ event }) => event === "text");
    const { payload, meta } = await live.heard.until(({ event }) => event === "raw");
    expect(Buffer.from(payload as unknown as ArrayBuffer)).toEqual(Buffer.from([0, 0xff, 0x10]));
    expect(meta).toEqual({ id: expect.any(String) });
    expect(old.heard.all.map(({ event }) => event)).toEqual(["text"]);
    const replay = { since: Date.now() - 60_000 };
    const late = await listener("bytes", token, { private: true, broadcast: { replay } });
    const again = await late.heard.until(({ event }) => event === "raw");
    expect(again.meta).toMatchObject({ id: meta?.id, replayed: true });
  });

  it("adds the id to what was inserted without it, and skips what is no broadcast", async () => {
    const room = await listener("rows");
    await world.database.query(`insert into realtime.messages (topic, extension, event, payload, private)
      values ('rows', 'presence', 'e', '{}', false), ('rows', 'broadcast', null, '{}', false),
        ('rows', 'broadcast', 'last', '{}', false)`);
    await room.heard.count(1);
    expect(room.heard.all[0]).toMatchObject({ event: "last", payload: { id: expect.any(String) } });
  });

  it("is replayed to who joins later, once", async () => {
    await admit("past", ana);
    const early = await listener("past", await world.tokenFor(ana), { private: true });
    await world.database.query(`select realtime.send(jsonb_build_object('n', n), 'e', 'past', true)
      from generate_series(1, 3) n`);
    await early.heard.count(3);
    const replay = { since: Date.now() - 60_000, limit: 2 };
    const room = await listener("past", await world.tokenFor(ana), {
      private: true,
      broadcast: { replay },
    });
    await world.database.query(`select realtime.send('{"n": 4}', 'e', 'past', true)`);
    await room.heard.until(({ payload }) => payload["n"] === 4);
    expect(room.heard.all).toHaveLength(3);
    expect(room.heard.all.map(({ meta }) => meta?.replayed)).toEqual([true, true, undefined]);
  });

  it("heals a missing partition when somebody joins", async () => {
    await admit("healed", ana);
    await world.superuser.query(`do $$ declare day text; begin
      for day in select inhrelid::regclass from pg_inherits where inhparent = 'realtime.messages'::regclass
      loop execute 'drop table ' || day; end loop; end $$`);
    const room = await listener("healed", await world.tokenFor(ana), { private: true });
    await world.database.query(`select realtime.send('{}', 'arrives', 'healed', true)`);
    await room.heard.until(({ event }) => event === "arrives");
  });
});

describe("private channels", () => {
  it("refuse who may not read, and tell no more to a stranger than to a member of another", async () => {
    await admit("ours", ana);
    const refusal = async (room: string, person: string) => {
      const channel = (await world.client(await world.tokenFor(person))).channel(room, {
        config: { private: true },
      });
      const { statuses } = await subscribe(channel);
      await channel.unsubscribe();
      return statuses.all[0];
    };
    expect(await refusal("ours", bea)).toEqual({
      status: "CHANNEL_ERROR",
      message: "Unauthorized: You do not have permissions to read from this Channel topic: ours",
    });
    expect((await refusal("none", bea))?.message).toBe(
      "Unauthorized: You do not have permissions to read from this Channel topic: none",
    );
    expect((await refusal("broken", bea))?.message).toContain("Unauthorized");
  });

  it("tell who may not send so, where answers are asked for", async () => {
    await admit("answered", ana, false);
    const config = { private: true, broadcast: { ack: true } };
    const reader = await listener("answered", await world.tokenFor(ana), config);
    const sent = reader.channel.send({ type: "broadcast", event: "forbidden", payload: {} });
    await expect(sent).resolves.toBe("error");
  });

  it("ignore the broadcasts of who may not send", async () => {
    await admit("read only", ana, false);
    await admit("read only", bea, true);
    const reader = await listener("read only", await world.tokenFor(ana), { private: true });
    const writer = await listener("read only", await world.tokenFor(bea), { private: true });
    await reader.channel.send({ type: "broadcast", event: "forbidden", payload: {} });
    await expect(reader.channel.track({ here: true })).resolves.toBe("error");
    await writer.channel.send({ type: "broadcast", event: "allowed", payload: {} });
    await reader.heard.until(({ event }) => event === "allowed");
    expect(writer.heard.all).toEqual([]);
  });

  it("show presence without broadcasts to who may read only that", async () => {
    const heard = hear<Message>();
    const channel = (await world.client()).channel("lobby", {
      config: { private: true, presence: { enabled: true } },
    });
    const synced = hear<string>("presence");
    channel.on("broadcast", { event: "*" }, (message) => heard.push(message as unknown as Message));
    channel.on("presence", { event: "sync" }, () => synced.push("sync"));
    await join(channel);
    await synced.count(1);
    const other = await listener("elsewhere");
    await world.database.query(`select realtime.send('{}', 'e', 'lobby', true);
      select realtime.send('{}', 'e', 'elsewhere', false)`);
    await other.heard.count(1);
    expect(heard.all).toEqual([]);
  });
});

describe("tokens", () => {
  it("end the channel within 3 s of their expiry, with the reason", async () => {
    await admit("short", ana);
    const token = await world.tokenFor(ana, {}, 2);
    const room = await listener("short", token, { private: true });
    const { message } = await room.system.until(({ status }) => status === "error");
    const { exp } = JSON.parse(atob(token.split(".")[1] ?? ""));
    expect(Date.now() / 1000 - exp).toBeLessThan(3);
    expect(message).toMatch(/^Token has expired \d seconds ago$/);
    await room.statuses.until(({ status }) => status === "CLOSED");
    const again = await subscribe((await world.client(token)).channel("short"));
    expect(again.statuses.all[0]?.message).toMatch(
      /^InvalidJWTToken: Token has expired \d seconds ago$/,
    );
  });

  it("are replaced without a new join, and what they no longer allow ends the channel", async () => {
    await admit("renewed", ana);
    let token = await world.tokenFor(ana);
    const client = await world.client(() => token);
    const channel = client.channel("renewed", { config: { private: true } });
    const heard = hear<Message>();
    channel.on("broadcast", { event: "*" }, (message) => heard.push(message as unknown as Message));
    const { system, statuses } = await join(channel);
    token = await world.tokenFor(ana, { session_id: "next" });
    await client.realtime.setAuth();
    await world.database.query(`select realtime.send('{}', 'still', 'renewed', true)`);
    await heard.until(({ event }) => event === "still");
    await world.database.query("delete from members where room = 'renewed'");
    token = await world.tokenFor(ana, { session_id: "last" });
    await client.realtime.setAuth();
    const { message } = await system.until(({ status }) => status === "error");
    expect(message).toContain("permissions to read from this Channel topic: renewed");
    await statuses.until(({ status }) => status === "CLOSED");
  });

  it("lose a revoked member to the new topic: what is sent there does not reach the old one", async () => {
    await admit("tenant:1", ana);
    await admit("tenant:1", bea);
    const [left, revoked] = await Promise.all(
      [ana, bea].map(async (person) =>
        listener("tenant:1", await world.tokenFor(person), { private: true }),
      ),
    );
    await world.database.query(`delete from members where person = '${bea}' and room = 'tenant:1';
      insert into members values ('tenant:2', '${ana}', true)`);
    const next = await listener("tenant:2", await world.tokenFor(ana), { private: true });
    const channel = (await world.client(await world.tokenFor(bea))).channel("tenant:2", {
      config: { private: true },
    });
    expect((await subscribe(channel)).statuses.all[0]?.message).toContain("Unauthorized");
    await channel.unsubscribe();
    await world.database.query(`select realtime.send('{}', 'secret', 'tenant:2', true);
      select realtime.send('{}', 'farewell', 'tenant:1', true)`);
    await next.heard.until(({ event }) => event === "secret");
    await left?.heard.until(({ event }) => event === "farewell");
    await revoked?.heard.until(({ event }) => event === "farewell");
    const events = [left, revoked].flatMap((room) => room?.heard.all.map(({ event }) => event));
    expect(events).toEqual(["farewell", "farewell"]);
  });
});

describe("presence", () => {
  interface Seen {
    event: string;
    key?: string;
    newPresences?: { name: string }[];
    leftPresences?: { name: string }[];
  }

  async function person(room: string, key: string, realtime: object = {}) {
    const seen = hear<Seen>(`presence of ${room}`);
    const client = await world.client(undefined, realtime);
    const channel = client.channel(room, { config: { presence: { key } } });
    for (const event of ["sync", "join", "leave"] as const) {
      channel.on("presence", { event: event as "sync" }, (...told: unknown[]) =>
        seen.push({ ...(told[0] as Seen), event }),
      );
    }
    await join(channel);
    await seen.count(1);
    return { client, channel, seen };
  }

  it.each(["2.0.0", "1.0.0"])("tells who comes, changes and goes over %s", async (vsn) => {
    const room = `hall ${vsn}`;
    const first = await person(room, "ana", { vsn });
    await expect(first.channel.track({ name: "Ana" })).resolves.toBe("ok");
    const second = await person(room, "bea");
    expect(second.channel.presenceState()).toMatchObject({ ana: [{ name: "Ana" }] });
    await second.channel.track({ name: "Bea" });
    await first.seen.until(({ event, key }) => event === "join" && key === "bea");
    await second.channel.track({ name: "Beatriz" });
    await first.seen.until(({ newPresences }) => newPresences?.[0]?.name === "Beatriz");
    await second.channel.untrack();
    await first.seen.until(
      ({ event, leftPresences }) => event === "leave" && leftPresences?.[0]?.name === "Beatriz",
    );
    expect(Object.keys(first.channel.presenceState())).toEqual(["ana"]);
    expect(first.channel.presenceState()["ana"]).toHaveLength(1);
  });

  it("tells who lost the connection", async () => {
    const first = await person("cut", "ana");
    const second = await person("cut", "bea");
    await second.channel.track({ name: "Bea" });
    await first.seen.until(({ key }) => key === "bea");
    await second.client.realtime.disconnect();
    await first.seen.until(({ event, key }) => event === "leave" && key === "bea");
  });

  it("lists several devices under one key", async () => {
    const watcher = await person("devices", "guard");
    for (const name of ["phone", "desk"]) {
      await (await person("devices", "ana")).channel.track({ name });
    }
    await watcher.seen.until(({ newPresences }) => newPresences?.[0]?.name === "desk");
    expect(watcher.channel.presenceState()["ana"]).toMatchObject([
      { name: "phone" },
      { name: "desk" },
    ]);
  });

  it("shows who tracks without watching to those who watch", async () => {
    const watcher = await person("quiet", "guard");
    const channel = (await world.client()).channel("quiet", {
      config: { presence: { key: "ana" } },
    });
    await join(channel);
    await channel.track({ name: "Ana" });
    await watcher.seen.until(({ event, key }) => event === "join" && key === "ana");
  });

  it("takes names that every object has for names", async () => {
    const watcher = await person("names", "guard");
    const other = await person("names", "__proto__");
    await other.channel.track({ name: "x" });
    await watcher.seen.until(({ key }) => key === "__proto__");
  });
});

it("says when messages from the database are streamed", async () => {
  const { system } = await listener("ready", undefined, { broadcast: { replication_ready: true } });
  await system.until(({ message }) => message === "Replication connection established");
});

it("lets a client join a channel again that it had left", async () => {
  const client = await world.client();
  for (let round = 0; round < 2; round++) {
    const channel = client.channel("again");
    await join(channel);
    await expect(client.removeChannel(channel)).resolves.toBe("ok");
  }
});
