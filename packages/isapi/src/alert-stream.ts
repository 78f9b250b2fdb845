import type { IncomingMessage } from "node:http";
import {
  type AlertEvent,
  type AlertPicture,
  type AnnouncedAlert,
  alertEventOf,
} from "./alert-event.ts";
import { IsapiError } from "./isapi-error.ts";
import { MultipartParser, type Part } from "./multipart-parser.ts";
import { MAX_SNAPSHOT_BYTES, startsLikeJpeg } from "./snapshot.ts";
import { parseXml, type XmlNode } from "./xml.ts";

interface AlertStreamLimits {
  /** Without a byte for so long the connection counts as dead. */
  silenceMs: number;
  /** How long an event waits for the pictures it announced. */
  picturesWithinMs: number;
}

const MAX_TEXT_BYTES = 64 * 1024;

/**
 * The events of one alertStream answer, pulled as fast as the caller takes them. It ends when the
 * device closes the stream.
 * @throws {IsapiError} `timeout` after silence, `unreachable` when the connection breaks
 */
export async function* readAlertStream(
  response: IncomingMessage,
  limits: AlertStreamLimits,
  signal: AbortSignal,
): AsyncGenerator<AlertEvent, void, undefined> {
  const parser = new MultipartParser({
    maxTextBytes: MAX_TEXT_BYTES,
    maxImageBytes: MAX_SNAPSHOT_BYTES,
  });
  const assembler = new AlertAssembler();
  const chunks = response[Symbol.asyncIterator]();
  let next = chunks.next();
  let lastByteMs = performance.now();
  let picturesDueMs = Number.POSITIVE_INFINITY;
  try {
    for (;;) {
      const silentAtMs = lastByteMs + limits.silenceMs;
      const outcome = await before(next, Math.min(silentAtMs, picturesDueMs));
      if (outcome === "late") {
        if (performance.now() >= silentAtMs) throw silent(limits.silenceMs);
        yield* assembler.flush();
        picturesDueMs = Number.POSITIVE_INFINITY;
        continue;
      }
      if (outcome.done) break;
      for (const part of parser.push(outcome.value)) yield* assembler.take(part);
      // From now on, not from the arrival: a slow caller is not the device's silence.
      lastByteMs = performance.now();
      if (!assembler.isWaiting) picturesDueMs = Number.POSITIVE_INFINITY;
      else picturesDueMs = Math.min(picturesDueMs, lastByteMs + limits.picturesWithinMs);
      next = chunks.next();
    }
    yield* assembler.flush();
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (cause instanceof IsapiError) throw cause;
    throw new IsapiError("unreachable", "the event stream broke off", { cause, sent: true });
  } finally {
    next.catch(() => {});
    response.destroy();
  }
}

/** Puts an event and the pictures that follow it together. */
class AlertAssembler {
  #announced: AnnouncedAlert | null = null;
  #pictures: AlertPicture[] = [];
  #seen = 0;

  get isWaiting(): boolean {
    return this.#announced !== null;
  }

  *take(part: Part): Generator<AlertEvent> {
    if (part.contentType.startsWith("image/")) {
      this.#takePicture(part);
    } else {
      yield* this.flush();
      this.#announced = announcedBy(part);
    }
    if (this.#announced && this.#seen >= this.#announced.pictureNames.length) yield* this.flush();
  }

  *flush(): Generator<AlertEvent> {
    const announced = this.#announced;
    const pictures = this.#pictures;
    this.#announced = null;
    this.#pictures = [];
    this.#seen = 0;
    if (announced?.event.kind === "plate") yield { ...announced.event, pictures };
    else if (announced) yield announced.event;
  }

  #takePicture({ body, fileName }: Part): void {
    const name = fileName || this.#announced?.pictureNames[this.#seen] || "";
    this.#seen += 1;
    if (this.#announced && body && startsLikeJpeg(body)) this.#pictures.push({ name, jpeg: body });
  }
}

/** An event that cannot be read is dropped: one bad part must not end the stream. */
function announcedBy({ contentType, body }: Part): AnnouncedAlert | null {
  if (!body?.byteLength) return null;
  try {
    const root = contentType.includes("json") ? rootOfJson(body) : parseXml(body).root;
    return alertEventOf(root);
  } catch (error) {
    if (error instanceof IsapiError || error instanceof SyntaxError) return null;
    throw error;
  }
}

function rootOfJson(body: Uint8Array): XmlNode {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(body), (_key, value: unknown) =>
    typeof value === "number" || typeof value === "boolean" ? String(value) : (value ?? ""),
  );
  if (typeof parsed !== "object" || parsed === null) return "";
  const tree = parsed as Record<string, XmlNode>;
  return Object.hasOwn(tree, "EventNotificationAlert")
    ? (tree["EventNotificationAlert"] ?? "")
    : tree;
}

/** The promise's value, or "late" once the monotonic clock reaches `untilMs`. */
async function before<T>(promise: Promise<T>, untilMs: number): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), Math.max(0, untilMs - performance.now()));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function silent(silenceMs: number): IsapiError {
  return new IsapiError("timeout", `no byte from the device for ${silenceMs} ms`, { sent: true });
}
