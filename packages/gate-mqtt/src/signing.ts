import { createHmac, timingSafeEqual } from "node:crypto";
import type { ClockAnswer } from "@portero/access";
import { type GateAck, type GateCommand, type GateReport, signedText } from "@portero/access";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { GateError } from "./gate-error.ts";

interface Messages {
  command: GateCommand;
  ack: GateAck;
  report: GateReport;
  clock: ClockAnswer;
}

/** Signs and verifies one gate's messages with HMAC-SHA256 (RFC 2104) over their `signedText`. */
export interface Signer {
  sign<Kind extends keyof Messages>(
    kind: Kind,
    message: Omit<Messages[Kind], "sig">,
  ): Messages[Kind];
  verify<Kind extends keyof Messages>(kind: Kind, message: Messages[Kind]): boolean;
}

const MIN_KEY_LENGTH = 32;

/**
 * A signer with the key that worker and controller share for one gate.
 *
 * @throws {GateError} `invalid_key` for fewer than 32 characters
 */
export function createSigner(key: string): Signer {
  if (key.length < MIN_KEY_LENGTH) {
    throw new GateError("invalid_key", `a gate key has at least ${MIN_KEY_LENGTH} characters`);
  }
  const signatureOf = (kind: keyof Messages, message: object): Buffer => {
    const text = (signedText[kind] as (m: object) => string)(message);
    return createHmac("sha256", key).update(text).digest();
  };
  return {
    sign: (kind, message) =>
      ({ ...message, sig: signatureOf(kind, message).toString("base64url") }) as never,
    verify(kind, message) {
      const given = Buffer.from(message.sig, "base64url");
      const right = signatureOf(kind, message);
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}

const MAX_MESSAGE_BYTES = 4_096;

/** The message that `payload` holds, or undefined when it is anything else. */
export function parseMessage<Schema extends TSchema>(
  schema: Schema,
  payload: Uint8Array,
): Static<Schema> | undefined {
  if (payload.byteLength > MAX_MESSAGE_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString("utf8"));
    return Value.Check(schema, value) ? (value as Static<Schema>) : undefined;
  } catch {
    return undefined;
  }
}
