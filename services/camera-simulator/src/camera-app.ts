import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { openAlertStream } from "./alert-stream.ts";
import type { BarrierInput } from "./barrier.ts";
import { localTime, responseStatus, userCheck, xmlDocument } from "./isapi-answers.ts";
import { type SimulatedCamera, steadyNowMs } from "./simulated-camera.ts";

const BARRIER_INPUTS: Record<string, BarrierInput> = {
  open: "open",
  close: "close",
  lock: "lock",
  unlock: "unlock",
};
const DOOR_INPUTS: Record<string, BarrierInput> = {
  open: "open",
  alwaysOpen: "open",
  close: "close",
  alwaysClose: "close",
  resume: "close",
};

/** The ISAPI server of one camera. */
export function createCameraApp(camera: SimulatedCamera): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: 64 * 1024 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.addHook("onRequest", (request, reply) => admit(camera, request, reply));
  app.addHook("preHandler", (request, reply) => misbehave(camera, request, reply));
  app.addHook("onSend", async (request, reply) => {
    if (camera.faults.take("lose_answer", request.url)) {
      reply.hijack();
      request.raw.socket.destroy();
    }
  });
  app.setErrorHandler((_error, request, reply) => refuse(request, reply, 500, 3, "deviceError"));
  app.setNotFoundHandler((request, reply) => refuse(request, reply, 403, 4, "notSupport"));
  identityRoutes(app, camera);
  snapshotRoutes(app, camera);
  gateRoutes(app, camera);
  app.get("/ISAPI/Event/notification/alertStream", async (request, reply) => {
    if (camera.faults.take("no_stream", request.url)) {
      return refuse(request, reply, 403, 4, "notSupport");
    }
    openAlertStream(camera, reply);
    return reply;
  });
  return app;
}

function identityRoutes(app: FastifyInstance, camera: SimulatedCamera): void {
  const { id, utcOffset } = camera.options;
  app.get("/ISAPI/System/deviceInfo", (_request, reply) =>
    sendXml(
      reply,
      xmlDocument(
        "DeviceInfo",
        `<deviceName>${id}</deviceName>\n<deviceID>${id}</deviceID>\n<model>DS-2CD7A26G0/P-IZS</model>\n` +
          `<serialNumber>DS-2CD7A26G0/P-IZS00000000${id}</serialNumber>\n<macAddress>00:00:5e:00:53:01</macAddress>\n` +
          "<firmwareVersion>V5.7.3</firmwareVersion>\n<deviceType>IPCamera</deviceType>",
      ),
    ),
  );
  app.get("/ISAPI/System/Video/inputs/channels", (_request, reply) =>
    sendXml(
      reply,
      xmlDocument(
        "VideoInputChannelList",
        `<VideoInputChannel><id>1</id><inputPort>1</inputPort><name>${id}</name></VideoInputChannel>`,
      ),
    ),
  );
  app.get("/ISAPI/System/time", (_request, reply) =>
    sendXml(
      reply,
      xmlDocument(
        "Time",
        `<timeMode>manual</timeMode>\n<localTime>${localTime(camera.clockMs(), utcOffset)}</localTime>`,
      ),
    ),
  );
  app.get("/ISAPI/Security/userCheck", (_request, reply) =>
    sendXml(reply, userCheck(200, { isLocked: false, unlockAfterMs: 0, attemptsLeft: 5 })),
  );
}

function snapshotRoutes(app: FastifyInstance, camera: SimulatedCamera): void {
  app.get<{ Params: { channel: string }; Querystring: Record<string, string> }>(
    "/ISAPI/Streaming/channels/:channel/picture",
    async (request, reply) => {
      const { faults } = camera;
      if (!/^10[123]$/.test(request.params.channel)) {
        return refuse(request, reply, 200, 4, "badParameters");
      }
      const isSecond = request.params.channel !== "101";
      const jpeg = isSecond
        ? await camera.smallSnapshot()
        : await camera.snapshot({
            widthPx: pixelsOf(request.query["videoResolutionWidth"]),
            heightPx: pixelsOf(request.query["videoResolutionHeight"]),
          });
      reply.type("image/jpeg");
      if (faults.take("not_jpeg", request.url))
        return "<html>It works!</html>".replaceAll("<", "[");
      if (faults.take("truncated_picture", request.url)) {
        return Buffer.from(jpeg.subarray(0, Math.floor(jpeg.byteLength / 2)));
      }
      if (faults.take("huge_picture", request.url)) {
        return Buffer.concat([jpeg, Buffer.alloc(9 * 1024 * 1024)]);
      }
      return Buffer.from(jpeg);
    },
  );
}

function gateRoutes(app: FastifyInstance, camera: SimulatedCamera): void {
  app.put<{ Params: { output: string } }>(
    "/ISAPI/System/IO/outputs/:output/trigger",
    (request, reply) => {
      const level = /<outputState>(high|low)<\/outputState>/.exec(String(request.body))?.[1];
      if (request.params.output !== "1") return refuse(request, reply, 200, 4, "badParameters");
      if (!level) return refuse(request, reply, 400, 6, "badXmlContent");
      camera.changeBarrier(level === "high" ? "relay_high" : "relay_low");
      return accept(request, reply);
    },
  );
  app.get("/ISAPI/System/IO/outputs/:output/status", (_request, reply) =>
    sendXml(reply, portStatus("output", camera.isRelayHigh())),
  );
  app.get<{ Params: { input: string } }>(
    "/ISAPI/System/IO/inputs/:input/status",
    (request, reply) => {
      // 1 is the loop before the barrier, 2 the contact of the open arm, 3 that of the closed one.
      const openness = camera.openness();
      const states = [camera.isLoopCovered(), openness === 1, openness === 0];
      const state = states[Number(request.params.input) - 1];
      if (state === undefined) return refuse(request, reply, 200, 4, "badParameters");
      return sendXml(reply, portStatus("input", state));
    },
  );
  app.put("/ISAPI/Parking/channels/1/barrierGate", (request, reply) => {
    const mode = /<ctrlMode>(\w+)<\/ctrlMode>/.exec(String(request.body))?.[1] ?? "";
    const input = BARRIER_INPUTS[mode];
    if (!input) return refuse(request, reply, 400, 6, "badXmlContent");
    camera.changeBarrier(input);
    return accept(request, reply);
  });
  app.get("/ISAPI/Parking/channels/1/barrierGate/barrierGateStatus", (_request, reply) => {
    const openness = camera.openness();
    const status = openness === 0 ? 1 : openness === 1 ? 2 : 0;
    return sendXml(
      reply,
      xmlDocument("BarrierGateStatus", `<barrierGateStatus>${status}</barrierGateStatus>`),
    );
  });
  app.put("/ISAPI/AccessControl/RemoteControl/door/1", (request, reply) => {
    const command = /<cmd>(\w+)<\/cmd>/.exec(String(request.body))?.[1] ?? "";
    const input = DOOR_INPUTS[command];
    if (!input) return refuse(request, reply, 400, 6, "badXmlContent");
    camera.changeBarrier(input);
    return accept(request, reply);
  });
}

/** Digest, unless the connection is lost before the camera reads a word. */
async function admit(camera: SimulatedCamera, request: FastifyRequest, reply: FastifyReply) {
  if (camera.faults.take("drop", request.url)) {
    reply.hijack();
    request.raw.socket.destroy();
    return;
  }
  // A changed password spoils every answer to the challenge, as a wrong one does.
  const spoiled = request.headers.authorization?.replace(/response="\w/, 'response="x');
  const isChanged = spoiled !== undefined && camera.faults.take("wrong_password", request.url);
  const verdict = camera.guard.check(
    request.method,
    request.url,
    (isChanged ? spoiled : request.headers.authorization) ?? "",
    steadyNowMs(),
  );
  if (verdict.kind === "admitted") return;
  await reply
    .code(401)
    .header("www-authenticate", verdict.wwwAuthenticate)
    .type("application/xml")
    .send(userCheck(401, verdict));
}

async function misbehave(camera: SimulatedCamera, request: FastifyRequest, reply: FastifyReply) {
  const { faults } = camera;
  const { url } = request;
  if (faults.take("hang", url)) {
    reply.hijack();
    return;
  }
  const slow = faults.take("slow", url);
  if (slow) await sleep(slow.delayMs ?? 2_000);
  if (faults.take("busy", url)) return refuse(request, reply, 503, 2, "deviceBusy");
  if (faults.take("device_error", url)) return refuse(request, reply, 500, 3, "deviceError");
  if (faults.take("xml_with_200", url)) return refuse(request, reply, 200, 4, "notSupport");
  if (faults.take("xml_bomb", url)) return sendXml(reply, XML_BOMB);
}

/** A billion laughs. */
const XML_BOMB = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
  { length: 9 },
  (_, at) => `<!ENTITY lol${at + 1} "${`&lol${at || ""};`.repeat(10)}">`,
).join("")}]><ResponseStatus><statusCode>&lol9;</statusCode></ResponseStatus>`;

function accept(request: FastifyRequest, reply: FastifyReply) {
  return sendXml(reply, responseStatus(1, "ok", request.url));
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  httpStatus: number,
  statusCode: number,
  subStatus: string,
) {
  return sendXml(reply.code(httpStatus), responseStatus(statusCode, subStatus, request.url));
}

function sendXml(reply: FastifyReply, xml: string) {
  return reply.type("application/xml").send(xml);
}

function portStatus(type: "input" | "output", isActive: boolean): string {
  return xmlDocument(
    "IOPortStatus",
    `<ioPortID>1</ioPortID>\n<ioPortType>${type}</ioPortType>\n<ioState>${isActive ? "active" : "inactive"}</ioState>`,
  );
}

function pixelsOf(text: string | undefined): number | undefined {
  const pixels = Number(text);
  return Number.isInteger(pixels) && pixels >= 16 && pixels <= 3840 ? pixels : undefined;
}
