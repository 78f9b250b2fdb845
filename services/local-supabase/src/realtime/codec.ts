/** Protocol versions of Phoenix channels: 1.0.0 writes objects, 2.0.0 arrays and binary broadcasts. */
export type Vsn = "1.0.0" | "2.0.0";

/** Echoed as it came; clients send strings. */
export type Ref = string | number | null;

/** One frame from a client, whatever the protocol version. */
export interface ClientFrame {
  joinRef: Ref;
  ref: Ref;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
  /** Present when a broadcast came as a binary frame; then `payload` is empty. */
  userBroadcast?: UserBroadcast;
}

/** A broadcast whose payload is passed on without being read. */
export interface UserBroadcast {
  event: string;
  encoding: "json" | "binary";
  body: Buffer;
  /** What the server says about the message; 255 bytes of JSON at most. */
  meta?: object;
}

/** A WebSocket message, made once however many receive it. */
export interface WireFrame {
  data: Buffer;
  isBinary: boolean;
  /** All of the frame that a server sends (RFC 6455, section 5.2), its header before `data`. */
  bytes: Buffer;
}

/** A message to one client. */
export interface ServerMessage {
  joinRef: Ref;
  ref: Ref;
  topic: string;
  event: string;
  payload: unknown;
}

export type ProtocolErrorCode = "malformed_frame" | "unsupported_frame";

/** A frame that cannot be understood; it ends the connection. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProtocolError";
    this.code = code;
  }
}

const userBroadcastPushKind = 3;
const userBroadcastKind = 4;
const jsonEncoding = 1;
const maxSizeByte = 255;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads one WebSocket message.
 * @throws {ProtocolError}
 */
export function parseFrame(vsn: Vsn, data: Buffer, isBinary: boolean): ClientFrame {
  if (isBinary) return parseBinary(vsn, data);
  const message = parseJson(data);
  if (vsn === "2.0.0" && Array.isArray(message)) {
    const [joinRef = null, ref = null, topic, event, payload] = message;
    return frameOf({ joinRef, ref, topic, event, payload });
  }
  if (vsn === "1.0.0" && isRecord(message)) {
    const { join_ref: joinRef = null, ref = null, topic, event, payload } = message;
    return frameOf({ joinRef, ref, topic, event, payload });
  }
  throw new ProtocolError("malformed_frame", "neither an array (2.0.0) nor an object (1.0.0)");
}

function parseBinary(vsn: Vsn, data: Buffer): ClientFrame {
  if (vsn !== "2.0.0" || data[0] !== userBroadcastPushKind || data.length < 7) {
    throw new ProtocolError("unsupported_frame", "not a binary broadcast");
  }
  const [, joinRefSize = 0, refSize = 0, topicSize = 0, eventSize = 0, metadataSize = 0] = data;
  let offset = 7;
  const text = (size: number): string => {
    if (offset + size > data.length) throw new ProtocolError("malformed_frame", "cut off");
    offset += size;
    return decodeText(data.subarray(offset - size, offset));
  };
  const joinRef = text(joinRefSize) || null;
  const ref = text(refSize) || null;
  const topic = text(topicSize);
  const event = text(eventSize);
  text(metadataSize);
  const body = data.subarray(offset);
  const encoding = data[6] === jsonEncoding ? "json" : "binary";
  // A body that is no JSON would break the receivers' parsers, not the sender's.
  if (encoding === "json") parseJson(body);
  return {
    joinRef,
    ref,
    topic,
    event: "broadcast",
    payload: {},
    userBroadcast: { event, encoding, body },
  };
}

function frameOf(parts: {
  joinRef: unknown;
  ref: unknown;
  topic: unknown;
  event: unknown;
  payload: unknown;
}): ClientFrame {
  const { joinRef, ref, topic, event } = parts;
  if (!isRef(joinRef) || !isRef(ref) || typeof topic !== "string" || typeof event !== "string") {
    throw new ProtocolError("malformed_frame", "join_ref, ref, topic or event of the wrong type");
  }
  return { joinRef, ref, topic, event, payload: isRecord(parts.payload) ? parts.payload : {} };
}

/** The frame of a message that only one client receives. */
export function encodeMessage(vsn: Vsn, message: ServerMessage): WireFrame {
  const { joinRef, ref, topic, event, payload } = message;
  const json =
    vsn === "2.0.0"
      ? JSON.stringify([joinRef, ref, topic, event, payload])
      : JSON.stringify({ topic, event, payload, ref });
  return wireFrame([json], false);
}

/** The frame of a message to everyone on `topic`; `payloadJson` goes in as it is. */
export function encodeShared(
  vsn: Vsn,
  topic: string,
  event: string,
  payloadJson: string,
): WireFrame {
  const name = JSON.stringify(topic);
  const json =
    vsn === "2.0.0"
      ? `[null,null,${name},${JSON.stringify(event)},${payloadJson}]`
      : `{"topic":${name},"event":${JSON.stringify(event)},"payload":${payloadJson},"ref":null}`;
  return wireFrame([json], false);
}

/**
 * A broadcast whose body is passed on as it came: binary for 2.0.0, JSON for 1.0.0. Nothing when the version cannot carry it:
 * 1.0.0 has no binary payloads, and names above 255 bytes fit no binary frame.
 */
export function encodeUserBroadcast(
  vsn: Vsn,
  topic: string,
  { event, encoding, body, meta }: UserBroadcast,
): WireFrame | undefined {
  const topicBytes = Buffer.from(topic);
  const eventBytes = Buffer.from(event);
  const fitsBinary = topicBytes.length <= maxSizeByte && eventBytes.length <= maxSizeByte;
  if (vsn === "2.0.0" && fitsBinary) {
    const isJson = encoding === "json" ? jsonEncoding : 0;
    const metaBytes = Buffer.from(meta ? JSON.stringify(meta) : "");
    const sizes = [topicBytes.length, eventBytes.length, metaBytes.length];
    const header = Buffer.from([userBroadcastKind, ...sizes, isJson]);
    return wireFrame([header, topicBytes, eventBytes, metaBytes, body], true);
  }
  if (encoding === "binary") return undefined;
  const payload = `{"type":"broadcast","event":${JSON.stringify(event)},"payload":${body}}`;
  return encodeShared(vsn, topic, "broadcast", payload);
}

const finalText = 0x81;
const finalBinary = 0x82;

function wireFrame(parts: (string | Buffer)[], isBinary: boolean): WireFrame {
  const buffers = parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part));
  const size = buffers.reduce((sum, { length }) => sum + length, 0);
  const header = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  header[0] = isBinary ? finalBinary : finalText;
  header[1] = size < 126 ? size : size < 65_536 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(size, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(size), 2);
  const bytes = Buffer.concat([header, ...buffers]);
  return { data: bytes.subarray(header.length), isBinary, bytes };
}

/** True for what JSON calls an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRef(value: unknown): value is Ref {
  return value === null || typeof value === "string" || typeof value === "number";
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(decodeText(data));
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    throw new ProtocolError("malformed_frame", "not JSON", { cause });
  }
}

function decodeText(data: Buffer): string {
  try {
    return utf8.decode(data);
  } catch (cause) {
    throw new ProtocolError("malformed_frame", "not UTF-8", { cause });
  }
}
