import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { decodeJwt, decodeProtectedHeader } from "jose";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestSupabase, type TestSupabase } from "../testing.ts";

let supabase: TestSupabase;
let admin: SupabaseClient;
let database: pg.Client;
let count = 0;

const withoutStorage = { auth: { persistSession: false, autoRefreshToken: false } };
const newClient = (key = supabase.publishableKey) =>
  createClient(supabase.url, key, withoutStorage);
const newAddress = () => `person-${++count}@example.com`;
const password = "correct horse";

beforeAll(async () => {
  supabase = await startTestSupabase();
  admin = newClient(supabase.secretKey);
  database = new pg.Client({ connectionString: supabase.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await supabase?.stop();
});

async function signUp() {
  const client = newClient();
  const email = newAddress();
  const { data, error } = await client.auth.signUp({ email, password });
  if (error || !data.session || !data.user) throw error ?? new Error("no session");
  return { client, email, session: data.session, user: data.user };
}

async function refresh(refreshToken: string) {
  const { data, error } = await newClient().auth.refreshSession({ refresh_token: refreshToken });
  return { token: data.session?.refresh_token, code: error?.code };
}

const backdate = (token: string) =>
  database.query(
    "update auth.refresh_tokens set updated_at = now() - interval '11 seconds' where token = $1",
    [token],
  );

describe("sign-up and log-in", () => {
  test("a new account is logged in, with Supabase's claims under an ES256 key that has a name", async () => {
    const { session, user, email } = await signUp();
    expect(decodeProtectedHeader(session.access_token)).toMatchObject({
      alg: "ES256",
      typ: "JWT",
      kid: expect.any(String),
    });
    expect(decodeJwt(session.access_token)).toMatchObject({
      iss: `${supabase.url}/auth/v1`,
      sub: user.id,
      aud: "authenticated",
      role: "authenticated",
      email,
      session_id: expect.any(String),
      amr: [{ method: "password" }],
      app_metadata: { provider: "email", providers: ["email"] },
    });
    expect(user.identities).toMatchObject([{ provider: "email", identity_data: { email } }]);
  });

  test("claims are verified without asking the server", async () => {
    const { client } = await signUp();
    const { data, error } = await client.auth.getClaims();
    expect(error).toBeNull();
    expect(data?.header.alg).toBe("ES256");
  });

  test("the address is compared without case and spaces", async () => {
    const { email } = await signUp();
    const { error } = await newClient().auth.signInWithPassword({
      email: ` ${email.toUpperCase()} `,
      password,
    });
    expect(error).toBeNull();
  });

  test.each([
    [
      "a wrong password",
      async () => ({ email: (await signUp()).email, password: "wrong" }),
      "invalid_credentials",
    ],
    ["an unknown address", async () => ({ email: newAddress(), password }), "invalid_credentials"],
    [
      "an invitation not yet accepted",
      async () => {
        const email = newAddress();
        await admin.auth.admin.createUser({ email, password, email_confirm: false });
        return { email, password };
      },
      "email_not_confirmed",
    ],
    [
      "a banned account",
      async () => {
        const { email, user } = await signUp();
        await admin.auth.admin.updateUserById(user.id, { ban_duration: "24h" });
        return { email, password };
      },
      "user_banned",
    ],
  ])("refuses %s", async (_name, credentials, code) => {
    const { error } = await newClient().auth.signInWithPassword(await credentials());
    expect(error).toMatchObject({ status: 400, code });
  });

  test.each([
    ["short", "weak_password", 422],
    ["é".repeat(40), "validation_failed", 400],
  ])("refuses the password %s", async (bad, code, status) => {
    const { error } = await newClient().auth.signUp({ email: newAddress(), password: bad });
    expect(error).toMatchObject({ code, status });
  });

  const nul = "a\u0000";
  test.each([
    ["an address", "signup", { email: `${nul}@example.com`, password }],
    ["a password", "signup", { email: "nul@example.com", password: `${password}${nul}` }],
    ["metadata", "signup", { email: "nul@example.com", password, data: { nul } }],
    ["a log-in", "token?grant_type=password", { email: "nul@example.com", password: nul }],
    ["a refresh token", "token?grant_type=refresh_token", { refresh_token: nul }],
    ["a link's hash", "verify", { type: "email", token_hash: nul }],
  ])("refuses a NUL in %s", async (_what, path, body) => {
    expect(await post(path, JSON.stringify(body))).toEqual([400, "validation_failed"]);
  });

  test.each([
    ["metadata without end", `{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`, "validation_failed"],
    ["metadata made to change every object", '{"__proto__":{"role":"x"}}', "bad_json"],
    ["metadata that is none", "[]", "validation_failed"],
  ])("refuses %s", async (_what, data, code) => {
    const body = `{"email":"odd@example.com","password":"${password}","data":${data}}`;
    expect(await post("signup", body)).toEqual([400, code]);
  });

  async function post(path: string, body: string) {
    const answer = await fetch(`${supabase.url}/auth/v1/${path}`, {
      method: "POST",
      headers: { apikey: supabase.publishableKey, "content-type": "application/json" },
      body,
    });
    return [answer.status, ((await answer.json()) as { error_code: string }).error_code];
  }

  test("refuses a second account for an address", async () => {
    const { email } = await signUp();
    const { error } = await newClient().auth.signUp({ email, password });
    expect(error).toMatchObject({ code: "user_already_exists", status: 422 });
  });

  test("takes bcrypt hashes of other libraries", async () => {
    const email = newAddress();
    const { rows } = await database.query(
      "select extensions.crypt($1, extensions.gen_salt('bf', 4)) as hash",
      [password],
    );
    const hash = rows[0].hash.replace("$2a$", "$2b$");
    await admin.auth.admin.createUser({ email, password_hash: hash, email_confirm: true });
    expect((await newClient().auth.signInWithPassword({ email, password })).error).toBeNull();
    expect(
      (await newClient().auth.signInWithPassword({ email, password: "other" })).error?.code,
    ).toBe("invalid_credentials");
  });
});

describe("refresh tokens", () => {
  test("rotate", async () => {
    const { session } = await signUp();
    const next = await refresh(session.refresh_token);
    expect(next.token).not.toBe(session.refresh_token);
    expect((await refresh(next.token ?? "")).code).toBeUndefined();
  });

  test("answer the same successor to two requests at once", async () => {
    const { session } = await signUp();
    const answers = await Promise.all([1, 2, 3].map(() => refresh(session.refresh_token)));
    expect(new Set(answers.map(({ token }) => token)).size).toBe(1);
    expect(answers[0]?.token).toBeDefined();
  });

  test("answer a lost answer again, however late, while the successor is unused", async () => {
    const { session } = await signUp();
    const next = await refresh(session.refresh_token);
    await backdate(session.refresh_token);
    expect(await refresh(session.refresh_token)).toEqual(next);
  });

  test("used again after ten seconds end their whole family", async () => {
    const { session } = await signUp();
    const second = await refresh(session.refresh_token);
    const third = await refresh(second.token ?? "");
    await backdate(session.refresh_token);
    expect((await refresh(session.refresh_token)).code).toBe("refresh_token_already_used");
    await backdate(third.token ?? "");
    expect((await refresh(third.token ?? "")).code).toBe("refresh_token_already_used");
  });

  test("are refused when unknown, and after a ban", async () => {
    expect((await refresh("made-up")).code).toBe("refresh_token_not_found");
    const { session, user } = await signUp();
    await admin.auth.admin.updateUserById(user.id, { ban_duration: "1h30m" });
    expect((await refresh(session.refresh_token)).code).toBe("user_banned");
    await admin.auth.admin.updateUserById(user.id, { ban_duration: "none" });
    expect((await refresh(session.refresh_token)).code).toBeUndefined();
  });
});

describe("the own account", () => {
  test("shows and changes metadata, merging it", async () => {
    const { client } = await signUp();
    await client.auth.updateUser({ data: { name: "Ana", colour: "red" } });
    const { data } = await client.auth.updateUser({ data: { colour: "blue" } });
    expect(data.user?.user_metadata).toMatchObject({ name: "Ana", colour: "blue" });
    expect((await client.auth.getUser()).data.user?.user_metadata).toMatchObject({
      colour: "blue",
    });
  });

  test("a new password ends the other sessions and replaces the old one", async () => {
    const { client, email, session } = await signUp();
    const elsewhere = newClient();
    await elsewhere.auth.signInWithPassword({ email, password });
    expect((await client.auth.updateUser({ password })).error?.code).toBe("same_password");
    expect((await client.auth.updateUser({ password: "another horse" })).error).toBeNull();
    expect((await elsewhere.auth.getUser()).error?.name).toBe("AuthSessionMissingError");
    expect((await client.auth.getUser(session.access_token)).error).toBeNull();
    expect((await newClient().auth.signInWithPassword({ email, password })).error?.code).toBe(
      "invalid_credentials",
    );
  });

  test.each([
    ["local", [false, true]],
    ["others", [true, false]],
    ["global", [false, false]],
  ] as const)("logs out %s sessions", async (scope, alive) => {
    const { client, email, session } = await signUp();
    const other = await newClient().auth.signInWithPassword({ email, password });
    expect((await client.auth.signOut({ scope })).error).toBeNull();
    const tokens = [session.access_token, other.data.session?.access_token];
    const found = await Promise.all(tokens.map((token) => newClient().auth.getUser(token)));
    expect(found.map(({ error }) => error === null)).toEqual(alive);
  });
});

describe("the admin API", () => {
  test("creates, lists, changes and deletes accounts", async () => {
    const email = newAddress();
    const created = await admin.auth.admin.createUser({
      email,
      password,
      email_confirm: true,
      user_metadata: { a: 1 },
    });
    const id = created.data.user?.id ?? "";
    expect(created.data.user).toMatchObject({
      email,
      user_metadata: { a: 1 },
      role: "authenticated",
    });
    const listed = await admin.auth.admin.listUsers({ page: 1, perPage: 1000 });
    expect(listed.data.users.map((user) => user.id)).toContain(id);
    const changed = await admin.auth.admin.updateUserById(id, { app_metadata: { plan: "a" } });
    expect(changed.data.user?.app_metadata).toMatchObject({ provider: "email", plan: "a" });
    expect((await admin.auth.admin.deleteUser(id)).error).toBeNull();
    expect((await admin.auth.admin.getUserById(id)).error).toMatchObject({
      code: "user_not_found",
      status: 404,
    });
  });

  test("pages its list", async () => {
    await Promise.all([signUp(), signUp(), signUp()]);
    const { data } = await admin.auth.admin.listUsers({ page: 2, perPage: 1 });
    expect(data).toMatchObject({ users: [{}], nextPage: 3 });
  });

  test("refuses an address that is taken", async () => {
    const { email } = await signUp();
    expect((await admin.auth.admin.createUser({ email })).error).toMatchObject({
      code: "email_exists",
      status: 422,
    });
  });

  test("is closed to everyone else", async () => {
    const { client } = await signUp();
    for (const stranger of [client, newClient(), newClient(supabase.anonKey)]) {
      expect((await stranger.auth.admin.listUsers()).error).toMatchObject({
        code: "not_admin",
        status: 403,
      });
    }
  });

  test("takes the legacy service key too", async () => {
    expect((await newClient(supabase.serviceRoleKey).auth.admin.listUsers()).error).toBeNull();
  });
});

describe("mails", () => {
  const newestMail = async (recipient: string) => {
    const mails = (await (await fetch(`${supabase.url}/mail.json`)).json()) as {
      recipient: string;
      link: string;
      otp: string;
    }[];
    const mail = mails.find((candidate) => candidate.recipient === recipient);
    if (!mail) throw new Error(`no mail to ${recipient}`);
    return mail;
  };

  test("an invitation's code logs in once and confirms the address", async () => {
    const email = newAddress();
    const { data } = await admin.auth.admin.inviteUserByEmail(email, { data: { name: "Eva" } });
    expect(data.user).toMatchObject({
      email,
      user_metadata: { name: "Eva" },
      invited_at: expect.any(String),
    });
    const { otp } = await newestMail(email);
    const verified = await newClient().auth.verifyOtp({ email, token: otp, type: "invite" });
    expect(verified.data.user?.email_confirmed_at).toBeDefined();
    expect(
      (await newClient().auth.verifyOtp({ email, token: otp, type: "invite" })).error?.code,
    ).toBe("otp_expired");
  });

  test("a link leads back with a session behind the #, and only to places of ours", async () => {
    const { email } = await signUp();
    const client = newClient();
    await client.auth.resetPasswordForEmail(email, { redirectTo: "http://localhost:3000/reset" });
    const answer = await fetch((await newestMail(email)).link, { redirect: "manual" });
    const place = new URL(answer.headers.get("location") ?? "");
    expect(place.href).toMatch(/^http:\/\/localhost:3000\/reset#/);
    const fields = new URLSearchParams(place.hash.slice(1));
    expect(fields.get("type")).toBe("recovery");
    expect((await client.auth.getUser(fields.get("access_token") ?? "")).data.user?.email).toBe(
      email,
    );

    await client.auth.resetPasswordForEmail(email, { redirectTo: "https://evil.example/" });
    const elsewhere = await fetch((await newestMail(email)).link, { redirect: "manual" });
    expect(elsewhere.headers.get("location")).toMatch(new RegExp(`^${supabase.url}`));
    const changed = new URL((await newestMail(email)).link);
    changed.searchParams.set("redirect_to", "https://evil.example/");
    const tampered = await fetch(changed, { redirect: "manual" });
    expect(tampered.headers.get("location")).toMatch(new RegExp(`^${supabase.url}`));
  });

  test("a used link leads back with the reason", async () => {
    const { email } = await signUp();
    await newClient().auth.signInWithOtp({ email });
    const { link } = await newestMail(email);
    await fetch(link, { redirect: "manual" });
    const again = await fetch(link, { redirect: "manual" });
    expect(again.headers.get("location")).toContain("error_code=otp_expired");
  });

  test("a code expires after an hour", async () => {
    const { email } = await signUp();
    await newClient().auth.signInWithOtp({ email });
    await database.query(
      "update auth.one_time_tokens set created_at = created_at - interval '61 minutes'",
    );
    const { otp } = await newestMail(email);
    expect(
      (await newClient().auth.verifyOtp({ email, token: otp, type: "email" })).error?.code,
    ).toBe("otp_expired");
  });

  test("recovery for an unknown address answers like for a known one and mails nothing", async () => {
    const email = newAddress();
    expect((await newClient().auth.resetPasswordForEmail(email)).error).toBeNull();
    await expect(newestMail(email)).rejects.toThrow();
  });

  test("the page is closed to proxies and foreign names, and shows text as text", async () => {
    const { email } = await signUp();
    await newClient().auth.signInWithOtp({ email });
    const page = await fetch(`${supabase.url}/mail`);
    expect(page.headers.get("access-control-allow-origin")).toBeNull();
    expect(await page.text()).toContain(email);
    const proxied = await fetch(`${supabase.url}/mail`, {
      headers: { "x-forwarded-for": "203.0.113.9" },
    });
    expect(proxied.status).toBe(404);
  });
});
