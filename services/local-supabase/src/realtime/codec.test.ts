import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeMessage,
  encodeShared,
  encodeUserBroadcast,
  ProtocolError,
  parseFrame,
  type Vsn,
} from "./codec.ts";

const vsns: Vsn[] = ["1.0.0", "2.0.0"];
const parts = { joinRef: "1", ref: "2", topic: "realtime:a", event: "phx_join" };

/** The frame as realtime-js writes it: sizes, then the texts, then the body. */
function pushFrame(event: string, body: Buffer, encoding: number, topic = "realtime:a"): Buffer {
  const texts = ["1", "2", topic, event, ""].map((text) => Buffer.from(text));
  return Buffer.concat([
    Buffer.from([3, ...texts.map((text) => text.length), encoding]),
    ...texts,
    body,
  ]);
}

describe("parseFrame", () => {
  it("reads the same from an array of 2.0.0 and an object of 1.0.0", () => {
    const array = Buffer.from(JSON.stringify(["1", "2", "realtime:a", "phx_join", { a: 1 }]));
    const object = Buffer.from(
      JSON.stringify({
        join_ref: "1",
        ref: "2",
        topic: "realtime:a",
        event: "phx_join",
        payload: { a: 1 },
      }),
    );
    expect(parseFrame("2.0.0", array, false)).toEqual({ ...parts, payload: { a: 1 } });
    expect(parseFrame("1.0.0", object, false)).toEqual({ ...parts, payload: { a: 1 } });
  });

  it("reads a binary broadcast with texts beyond ASCII", () => {
    const frame = pushFrame("señal", Buffer.from('{"x":"ñ"}'), 1, "realtime:año");
    expect(parseFrame("2.0.0", frame, true)).toEqual({
      joinRef: "1",
      ref: "2",
      topic: "realtime:año",
      event: "broadcast",
      payload: {},
      userBroadcast: { event: "señal", encoding: "json", body: Buffer.from('{"x":"ñ"}') },
    });
  });

  it("leaves a binary body unread", () => {
    const frame = parseFrame("2.0.0", pushFrame("e", Buffer.from([0xff, 0]), 0), true);
    expect(frame.userBroadcast).toEqual({
      event: "e",
      encoding: "binary",
      body: Buffer.from([0xff, 0]),
    });
  });

  it.each([
    ["text that is no JSON", "2.0.0", Buffer.from("{"), false],
    ["an object in 2.0.0", "2.0.0", Buffer.from('{"topic":"a","event":"b"}'), false],
    ["an array in 1.0.0", "1.0.0", Buffer.from('[null,null,"a","b",{}]'), false],
    ["a topic that is no text", "2.0.0", Buffer.from('[null,null,1,"b",{}]'), false],
    ["a ref that is an object", "2.0.0", Buffer.from('[null,{},"a","b",{}]'), false],
    ["an array that is too short", "2.0.0", Buffer.from('[null,null,"a"]'), false],
    ["bytes that are no UTF-8", "2.0.0", Buffer.from([0x22, 0xff, 0x22]), false],
    ["a binary frame in 1.0.0", "1.0.0", pushFrame("e", Buffer.from("{}"), 1), true],
    ["a binary frame of another kind", "2.0.0", Buffer.from([0, 0, 0, 0, 0, 0, 0, 0]), true],
    ["sizes beyond the frame", "2.0.0", Buffer.from([3, 255, 0, 0, 0, 0, 1, 0x31]), true],
    ["a JSON body that is none", "2.0.0", pushFrame("e", Buffer.from("{"), 1), true],
    ["an empty frame", "2.0.0", Buffer.alloc(0), true],
  ] as const)("refuses %s", (_what, vsn, data, isBinary) => {
    expect(() => parseFrame(vsn, data, isBinary)).toThrow(ProtocolError);
  });

  it("answers any bytes with a frame or a ProtocolError", () => {
    const text = fc.json().map((json) => Buffer.from(json));
    const shaped = fc
      .tuple(fc.constantFrom(0, 1, 2, 3, 4), fc.uint8Array({ maxLength: 60 }))
      .map(([kind, rest]) => Buffer.from([kind, ...rest]));
    const bytes = fc.uint8Array({ maxLength: 60 }).map((raw) => Buffer.from(raw));
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...vsns),
        fc.oneof(text, shaped, bytes),
        fc.boolean(),
        (vsn, data, isBinary) => {
          try {
            expect(typeof parseFrame(vsn, data, isBinary).topic).toBe("string");
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
            refused++;
          }
        },
      ),
      { numRuns: 10_000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});

describe("encoding", () => {
  it("writes arrays for 2.0.0 and objects for 1.0.0", () => {
    const message = { ...parts, event: "system", payload: { a: 1 } };
    expect(encodeMessage("2.0.0", message).data.toString()).toBe(
      '["1","2","realtime:a","system",{"a":1}]',
    );
    expect(JSON.parse(encodeMessage("1.0.0", message).data.toString())).toEqual({
      topic: "realtime:a",
      event: "system",
      payload: { a: 1 },
      ref: "2",
    });
  });

  it.each(vsns)("puts a payload's text into a shared frame of %s unchanged", (vsn) => {
    const { data } = encodeShared(vsn, 'realtime:"a"', "broadcast", '{"n":12345678901234567890}');
    expect(data.toString()).toContain('{"n":12345678901234567890}');
    expect(() => JSON.parse(data.toString())).not.toThrow();
  });

  it("writes a user's broadcast in binary for 2.0.0 and in JSON for 1.0.0", () => {
    const broadcast = { event: "e", encoding: "json", body: Buffer.from('{"a":1}') } as const;
    const binary = encodeUserBroadcast("2.0.0", "realtime:a", broadcast);
    const data = Buffer.from('\x04\x0a\x01\x00\x01realtime:ae{"a":1}');
    const bytes = Buffer.concat([Buffer.from([0x82, data.length]), data]);
    expect(binary).toEqual({ data, isBinary: true, bytes });
    const text = encodeUserBroadcast("1.0.0", "realtime:a", broadcast);
    expect(JSON.parse(String(text?.data))).toMatchObject({
      event: "broadcast",
      payload: { type: "broadcast", event: "e", payload: { a: 1 } },
    });
  });

  it.each([
    [125, [0x82, 125]],
    [126, [0x82, 126, 0, 126]],
    [65_535, [0x82, 126, 0xff, 0xff]],
    [65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
  ])("puts the length of %d bytes before the data, as RFC 6455 says", (length, header) => {
    const own = 5 + "realtime:a".length + "e".length;
    const body = Buffer.alloc(length - own, 7);
    const broadcast = { event: "e", encoding: "binary", body } as const;
    const frame = encodeUserBroadcast("2.0.0", "realtime:a", broadcast);
    expect(frame?.data.length).toBe(length);
    expect(frame?.bytes.subarray(0, -length)).toEqual(Buffer.from(header));
    expect(frame?.bytes.subarray(-length).equals(frame.data)).toBe(true);
  });

  it("falls back to JSON for names that fit no binary frame, and has nothing for binary in 1.0.0", () => {
    const event = "e".repeat(300);
    const json = { event, encoding: "json", body: Buffer.from("1") } as const;
    expect(encodeUserBroadcast("2.0.0", "realtime:a", json)?.isBinary).toBe(false);
    const binary = { event: "e", encoding: "binary", body: Buffer.from([1]) } as const;
    expect(encodeUserBroadcast("1.0.0", "realtime:a", binary)).toBeUndefined();
  });
});
