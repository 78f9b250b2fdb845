import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MultipartParser, type Part } from "./multipart-parser.ts";

const LIMITS = { maxTextBytes: 1_000, maxImageBytes: 5_000 };
const XML = "<EventNotificationAlert><eventType>VMD</eventType></EventNotificationAlert>";

function partsOf(...chunks: (string | Uint8Array)[]): Part[] {
  const parser = new MultipartParser(LIMITS);
  return chunks.flatMap((chunk) => parser.push(Buffer.from(chunk)));
}

function bodies(parts: Part[]): (string | null)[] {
  return parts.map(({ body }) => body && Buffer.from(body).toString("latin1"));
}

function part(
  body: string | Uint8Array,
  head = "Content-Type: application/xml",
  delimiter = "--b",
) {
  const bytes = Buffer.from(body);
  const length = `Content-Length: ${bytes.byteLength}`;
  return Buffer.concat([
    Buffer.from(`${delimiter}\r\n${head}\r\n${length}\r\n\r\n`),
    bytes,
    Buffer.from("\r\n"),
  ]);
}

describe("cutting a multipart stream", () => {
  it("gives a part as soon as its last byte is here", () => {
    const parser = new MultipartParser(LIMITS);
    const bytes = part(XML);
    expect(parser.push(bytes.subarray(0, -3))).toEqual([]);
    expect(bodies(parser.push(bytes.subarray(-3)))).toEqual([XML]);
  });

  it("takes the delimiter from the body, also when it changes", () => {
    expect(bodies(partsOf(part("a"), part("b", "X-Y: z", "--<other>"), part("c")))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("counts bytes, not characters", () => {
    const name = "<a>Câmera 1 ✓</a>";
    expect(Buffer.from(partsOf(part(name), part("next"))[0]?.body ?? []).toString()).toBe(name);
  });

  it("keeps pictures as they are, whatever bytes they hold", () => {
    const jpeg = Buffer.concat([
      Buffer.from([0xff, 0xd8, 0xff]),
      Buffer.from("\r\n--b\r\n\r\n--b--"),
    ]);
    const [picture, next] = partsOf(
      part(jpeg, 'Content-Disposition: form-data; name="p.jpg"\r\nContent-Type: image/jpeg'),
      part("x"),
    );
    expect(picture).toMatchObject({ contentType: "image/jpeg", fileName: "p.jpg" });
    expect(Buffer.from(picture?.body ?? [])).toEqual(jpeg);
    expect(next?.body).toEqual(new Uint8Array(Buffer.from("x")));
  });

  it("does not wait for the next heartbeat when an event says no length", () => {
    const head = "--b\r\nContent-Type: application/xml\r\n\r\n";
    expect(bodies(partsOf(head + XML))).toEqual([XML]);
    expect(bodies(partsOf(`${head}${XML}\r\n${head}${XML}`))).toEqual([XML, XML]);
  });

  it("finds the end of a picture without a length at the next delimiter", () => {
    const head = "--b\r\nContent-Type: image/jpeg\r\n\r\n";
    expect(bodies(partsOf(`${head}12`, "34\r", "\n--", "b\r\n", "A: b\r\n\r\n"))).toEqual(["1234"]);
  });

  it("skips a part that is too large and goes on", () => {
    expect(bodies(partsOf(part("x".repeat(1_001)), part("y")))).toEqual([null, "y"]);
    const endless = `--b\r\nContent-Type: image/jpeg\r\n\r\n${"z".repeat(6_000)}\r\n`;
    expect(bodies(partsOf(endless, part("y")))).toEqual([null, "y"]);
  });

  it("skips what a wrong length leaves over", () => {
    const short =
      "--b\r\nContent-Type: application/xml\r\nContent-Length: 3\r\n\r\n<a>too long</a>\r\n";
    expect(bodies(partsOf(short, part("y")))).toEqual(["<a>", "y"]);
  });

  it.each([
    ["a head without end", `--b\r\n${"x".repeat(9_000)}`],
    ["a megabyte without a delimiter", "x\n".repeat(600_000)],
  ])("gives up on %s", (_name, bytes) => {
    expect(() => partsOf(bytes)).toThrowError(expect.objectContaining({ code: "protocol" }));
  });

  it("finds the same parts however the bytes arrive", () => {
    const stream = Buffer.concat([
      Buffer.from("preamble\r\n"),
      part(XML),
      part(Buffer.from([0xff, 0xd8, 0xff, 0, 13, 10, 45, 45]), "Content-Type: image/jpeg"),
      Buffer.from(`--b\r\nContent-Type: application/xml\r\n\r\n${XML}\r\n`),
      Buffer.from("--b\r\nContent-Type: image/jpeg\r\n\r\nabc\r\n"),
      part(XML),
    ]);
    const whole = bodies(partsOf(stream));
    expect(whole.length).toBe(5);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < stream.byteLength; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          chunks.push(stream.subarray(at, at + size));
          at += size;
        }
        expect(bodies(partsOf(...chunks))).toEqual(whole);
      }),
    );
  });

  it("never holds more than its limits, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 50 }), (chunks) => {
        for (const { body } of partsOf(part("a"), ...chunks)) {
          expect(body?.byteLength ?? 0).toBeLessThanOrEqual(LIMITS.maxImageBytes);
        }
      }),
    );
  });
});
