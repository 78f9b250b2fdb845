import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import {
  anprContent,
  eventAlert,
  localTime,
  STREAM_BOUNDARY,
  streamPart,
} from "./isapi-answers.ts";
import type { CameraNotice, SimulatedCamera } from "./simulated-camera.ts";

/** Answers with the endless stream of a camera's events, heartbeats included, until the client leaves. */
export function openAlertStream(camera: SimulatedCamera, reply: FastifyReply): void {
  reply.hijack();
  const { raw } = reply;
  const gone = new AbortController();
  const write = (bytes: Buffer) => {
    const isSilent = camera.faults.list().some(({ kind }) => kind === "silent_stream");
    if (!isSilent && !raw.destroyed) raw.write(bytes);
  };
  raw.writeHead(200, { "content-type": `multipart/mixed; boundary=${STREAM_BOUNDARY}` });
  raw.flushHeaders();
  const stopListening = camera.listen((notice) => write(partsOf(camera, notice)));
  raw.on("close", () => {
    stopListening();
    gone.abort();
  });
  beat(camera, write, gone.signal).catch((error) => raw.destroy(error));
}

async function beat(camera: SimulatedCamera, write: (bytes: Buffer) => void, signal: AbortSignal) {
  while (!signal.aborted) {
    // No heartbeats while an event lasts, as cameras do.
    if (!camera.hasMotion()) write(alert(camera, "videoloss", false, "videoloss alarm"));
    await sleep(camera.options.heartbeatMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

function partsOf(camera: SimulatedCamera, notice: CameraNotice): Buffer {
  if (notice.kind === "motion") return alert(camera, "VMD", notice.isActive, "Motion alarm");
  const content = anprContent(notice.plate, randomUUID().replaceAll("-", ""), notice.direction);
  return Buffer.concat([
    alert(camera, "ANPR", true, "ANPR", content),
    streamPart("image/jpeg", notice.jpeg, "detectionPicture.jpg"),
  ]);
}

function alert(
  camera: SimulatedCamera,
  eventType: string,
  isActive: boolean,
  description: string,
  content = "",
): Buffer {
  const dateTime = localTime(camera.clockMs(), camera.options.utcOffset);
  return streamPart(
    "application/xml; charset=UTF-8",
    eventAlert({ eventType, isActive, description, dateTime, content }),
  );
}
