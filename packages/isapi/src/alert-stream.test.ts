import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createAddressPolicy } from "./address-policy.ts";
import type { AlertEvent } from "./alert-event.ts";
import { createIsapiDevice } from "./isapi-device.ts";
import { startTestCamera } from "./test-camera.ts";

const CAPTURED = readFileSync(new URL("./fixtures/anpr-event.xml", import.meta.url));
const JPEG = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff]),
  Buffer.alloc(300_000, 7),
  Buffer.from([0xff, 0xd9]),
]);
const HEARTBEAT = part(
  "application/xml",
  "<EventNotificationAlert><eventType>videoloss</eventType><eventState>inactive</eventState></EventNotificationAlert>",
);
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function part(type: string, body: string | Uint8Array, name = "x"): Buffer {
  const bytes = Buffer.from(body);
  const head = `--MIME_boundary\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\nContent-Length: ${bytes.byteLength}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from("\r\n")]);
}

async function streamFrom(play: (response: ServerResponse) => unknown, silenceMs = 5_000) {
  const camera = await startTestCamera((_request, response) => {
    response.writeHead(200, { "content-type": "multipart/mixed; boundary=<another>" });
    play(response);
  });
  const device = createIsapiDevice({
    baseUrl: camera.url,
    credentials: { username: "admin", password: "right-password" },
    allowAddress: createAddressPolicy({ allowLoopback: true }),
    silenceMs,
  });
  stops.push(
    () => device.close(),
    () => camera.stop(),
  );
  return (signal = new AbortController().signal) => device.alertStream(signal);
}

async function all(events: AsyncIterable<AlertEvent>): Promise<AlertEvent[]> {
  const seen: AlertEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

describe("an event stream", () => {
  it("puts a plate and its pictures together, and ends with the connection", async () => {
    const open = await streamFrom((response) => {
      response.write(HEARTBEAT);
      response.write(part("application/xml", CAPTURED));
      response.write(part("image/jpeg", JPEG, "licensePlatePicture.jpg"));
      response.end(part("image/jpeg", JPEG, "detectionPicture.jpg"));
    });
    const [heartbeat, plate, ...rest] = await all(open());
    expect(rest).toEqual([]);
    expect(heartbeat?.kind).toBe("heartbeat");
    expect(plate).toMatchObject({ kind: "plate", plate: "PECT600" });
    const pictures = plate?.kind === "plate" ? plate.pictures : [];
    expect(pictures.map(({ name, jpeg }) => [name, jpeg.byteLength])).toEqual([
      ["licensePlatePicture.jpg", JPEG.byteLength],
      ["detectionPicture.jpg", JPEG.byteLength],
    ]);
  });

  it("gives a plate whose pictures do not come when the next event does", async () => {
    const open = await streamFrom((response) => {
      response.write(part("application/xml", CAPTURED));
      response.end(HEARTBEAT);
    });
    const events = await all(open());
    expect(events.map(({ kind }) => kind)).toEqual(["plate", "heartbeat"]);
  });

  it("reads events in JSON, numbers as text", async () => {
    const event = {
      EventNotificationAlert: {
        eventType: "ANPR",
        channelID: 2,
        ANPR: { licensePlate: "ABC12", confidenceLevel: 80 },
      },
    };
    const open = await streamFrom((response) =>
      response.end(part("application/json", JSON.stringify(event))),
    );
    expect(await all(open())).toMatchObject([
      { kind: "plate", plate: "ABC12", channelId: 2, confidence: 0.8 },
    ]);
  });

  it("drops a part it cannot read and goes on (X1)", async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY b "${"x".repeat(100)}">]><EventNotificationAlert><eventType>&b;</eventType></EventNotificationAlert>`;
    const open = await streamFrom((response) => {
      for (const bad of [bomb, "<a><b>", "", "<x/>", "<a>".repeat(3_000), "x".repeat(70_000)]) {
        response.write(part("application/xml", bad));
      }
      response.write(part("application/json", "{no json"));
      response.write(part("image/jpeg", "no picture"));
      response.end(HEARTBEAT);
    });
    expect((await all(open())).map(({ kind }) => kind)).toEqual(["heartbeat"]);
  });

  it("is given up after silence, not while bytes come", async () => {
    const open = await streamFrom((response) => {
      response.write(HEARTBEAT);
    }, 100);
    const events = open();
    expect((await events.next()).value).toMatchObject({ kind: "heartbeat" });
    await expect(events.next()).rejects.toMatchObject({ code: "timeout" });
  });

  it("tells a broken connection", async () => {
    const open = await streamFrom((response) => {
      response.write(HEARTBEAT, () => response.destroy());
    });
    await expect(all(open())).rejects.toMatchObject({ code: "unreachable" });
  });

  it("ends at once when the caller leaves or aborts, and closes the connection", async () => {
    let closed = 0;
    const open = await streamFrom((response) => {
      response.on("close", () => {
        closed += 1;
      });
      response.write(HEARTBEAT);
    });
    for await (const event of open()) {
      expect(event.kind).toBe("heartbeat");
      break;
    }
    const abort = new AbortController();
    const events = open(abort.signal);
    await events.next();
    const waiting = events.next();
    abort.abort(new Error("the site is closed"));
    await expect(waiting).rejects.toThrow("the site is closed");
    await expect.poll(() => closed).toBe(2);
  });

  it("does not read ahead of a slow caller (flat memory)", async () => {
    let sentBytes = 0;
    const plate = Buffer.concat([
      part("application/xml", CAPTURED),
      part("image/jpeg", JPEG),
      part("image/jpeg", JPEG),
    ]);
    const open = await streamFrom((response) => {
      const more = () => {
        while (!response.destroyed && response.write(plate)) sentBytes += plate.byteLength;
      };
      response.on("drain", more);
      more();
    });
    const events = open();
    await events.next();
    let before = -1;
    await expect
      .poll(() => {
        const hasStopped = sentBytes === before;
        before = sentBytes;
        return hasStopped;
      })
      .toBe(true);
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
    await events.return();
  });
});
