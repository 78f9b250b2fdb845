import { GateCommand } from "@portero/access";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSigner, parseMessage } from "./signing.ts";

const KEY = "k".repeat(32);
const command = {
  id: "0199e0a0-0000-7000-8000-00000000000c",
  gate_id: "0199e0a0-0000-7000-8000-00000000000a",
  action: "open",
  issued_at: "2026-11-22T12:00:00.000Z",
  expires_at: "2026-11-22T12:00:03.000Z",
  seq: 8,
  actor: "automatic",
} as const;

describe("createSigner (G5)", () => {
  const signer = createSigner(KEY);
  const signed = signer.sign("command", command);

  it("verifies what it signed, and nothing that another key signed", () => {
    expect(signer.verify("command", signed)).toBe(true);
    expect(createSigner("j".repeat(32)).verify("command", signed)).toBe(false);
  });

  it("does not take one kind of message for another", () => {
    const { sig } = signer.sign("ack", { id: command.id, result: "accepted", reason: "" });
    expect(signer.verify("command", { ...command, sig })).toBe(false);
  });

  it.each(["", "A".repeat(42), "A".repeat(44), `${"A".repeat(42)}!`])(
    "refuses the signature %j",
    (sig) => {
      expect(signer.verify("command", { ...command, sig })).toBe(false);
    },
  );

  it("is the known HMAC-SHA256 of the signed text", () => {
    // printf '["ack","x","accepted",""]' | openssl dgst -sha256 -hmac <32 × k> -binary | basenc --base64url
    const { sig } = signer.sign("ack", { id: "x", result: "accepted", reason: "" });
    expect(sig).toBe("0cuyMWviA7u-ceBxJY8xVU7d9DPG6ZWPUECmBZhNo6g");
  });

  it("refuses a short key without showing it", () => {
    expect(() => createSigner("hunter2")).toThrow(
      expect.objectContaining({
        code: "invalid_key",
        message: expect.not.stringContaining("hunter2"),
      }),
    );
  });
});

describe("parseMessage", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const whole = { ...command, sig: "s".repeat(43) };

  it("gives the message, or nothing for any other bytes", () => {
    expect(parseMessage(GateCommand, bytes(JSON.stringify(whole)))).toEqual(whole);
    fc.assert(
      fc.property(fc.uint8Array(), (payload) => {
        expect(parseMessage(GateCommand, payload)).toBeUndefined();
      }),
    );
  });

  it.each([
    ["not JSON", "{"],
    ["no object", "null"],
    ["huge", JSON.stringify({ ...whole, actor: "a".repeat(5_000) })],
    ["a polluted prototype", '{"__proto__":{"id":"x"}}'],
  ])("refuses what is %s", (_name, text) => {
    expect(parseMessage(GateCommand, bytes(text))).toBeUndefined();
  });
});
