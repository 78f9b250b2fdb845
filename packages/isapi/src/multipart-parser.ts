import { IsapiError } from "./isapi-error.ts";

/** One part of a multipart body. */
export interface Part {
  contentType: string;
  /** From `Content-Disposition`, empty when not given. */
  fileName: string;
  /** Null when the part was larger than allowed and has been skipped. */
  body: Uint8Array | null;
}

interface MultipartParserOptions {
  /** Parts without `image/…` type, i.e. XML and JSON. */
  maxTextBytes: number;
  maxImageBytes: number;
}

interface OpenPart {
  contentType: string;
  fileName: string;
  chunks: Uint8Array[];
  size: number;
  limit: number;
  /** Null when the part does not say its length. */
  missingBytes: number | null;
}

const MAX_HEAD_BYTES = 8 * 1024;
const MAX_DELIMITER_BYTES = 200;
/** Bytes between parts that make no sense; past this it is no multipart stream. */
const MAX_JUNK_BYTES = 1024 * 1024;
const XML_END = /<\/(?:[\w.-]+:)?EventNotificationAlert\s*>/;

/**
 * Cuts a multipart stream into parts, byte by byte and in bounded memory. The delimiter is taken
 * from the body, since devices write another one into their header.
 */
export class MultipartParser {
  readonly #options: MultipartParserOptions;
  #pending: Buffer = Buffer.alloc(0);
  #delimiter: string | null = null;
  #part: OpenPart | null = null;
  #junkBytes = 0;

  constructor(options: MultipartParserOptions) {
    this.#options = options;
  }

  /**
   * Takes the next bytes and gives the parts that became complete.
   * @throws {IsapiError} `protocol` when the bytes are no multipart stream
   */
  push(chunk: Uint8Array): Part[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#pending = this.#pending.byteLength ? Buffer.concat([this.#pending, bytes]) : bytes;
    const parts: Part[] = [];
    for (;;) {
      const before = this.#pending.byteLength;
      const part = this.#step();
      if (part) parts.push(part);
      else if (this.#pending.byteLength === before) return parts;
    }
  }

  /** Makes progress, or leaves `#pending` as it is when more bytes are needed. */
  #step(): Part | null {
    if (this.#part) {
      return this.#part.missingBytes === null ? this.#readToDelimiter() : this.#readLength();
    }
    if (this.#delimiter === null) this.#seekDelimiter();
    else this.#readHead();
    return null;
  }

  #seekDelimiter(): void {
    const end = this.#pending.indexOf(0x0a);
    if (end < 0 && this.#pending.byteLength <= MAX_HEAD_BYTES) return;
    const taken = end < 0 ? this.#pending.byteLength : end + 1;
    const line = this.#pending.toString("latin1", 0, Math.min(taken, MAX_DELIMITER_BYTES + 2));
    this.#take(taken);
    if (line.startsWith("--") && line.length <= MAX_DELIMITER_BYTES) {
      this.#delimiter = line.trim();
      return;
    }
    this.#junkBytes += taken;
    if (this.#junkBytes > MAX_JUNK_BYTES) {
      throw new IsapiError("protocol", "the event stream is no multipart", { sent: true });
    }
  }

  #readHead(): void {
    const end = /\r?\n\r?\n/.exec(this.#pending.toString("latin1", 0, MAX_HEAD_BYTES));
    if (!end) {
      if (this.#pending.byteLength < MAX_HEAD_BYTES) return;
      throw new IsapiError("protocol", "a part of the event stream has no end of its header", {
        sent: true,
      });
    }
    const head = this.#take(end.index + end[0].length).toString("utf8");
    const contentType = /^content-type:\s*([^\s;]+)/im.exec(head)?.[1]?.toLowerCase() ?? "";
    const length = /^content-length:\s*(\d{1,12})\s*$/im.exec(head)?.[1];
    const fileName =
      /filename="?([^";\r\n]{1,200})/i.exec(head) ?? /name="?([^";\r\n]{1,200})/i.exec(head);
    const { maxImageBytes, maxTextBytes } = this.#options;
    this.#part = {
      contentType,
      fileName: fileName?.[1] ?? "",
      chunks: [],
      size: 0,
      limit: contentType.startsWith("image/") ? maxImageBytes : maxTextBytes,
      missingBytes: length === undefined ? null : Number(length),
    };
  }

  #readLength(): Part | null {
    const part = this.#part;
    if (!part || part.missingBytes === null) return null;
    const bytes = this.#take(Math.min(part.missingBytes, this.#pending.byteLength));
    part.missingBytes -= bytes.byteLength;
    keep(part, bytes);
    return part.missingBytes === 0 ? this.#finish(part) : null;
  }

  #readToDelimiter(): Part | null {
    const part = this.#part;
    const delimiter = this.#delimiter;
    if (!part || !delimiter) return null;
    const at = this.#pending.indexOf(`\n${delimiter}`, 0, "latin1");
    if (at >= 0) {
      const body = this.#take(at);
      keep(part, body.at(-1) === 0x0d ? body.subarray(0, -1) : body);
      return this.#finish(part);
    }
    const xmlEnd = part.contentType.includes("xml") ? this.#endOfXml() : 0;
    if (xmlEnd) {
      keep(part, this.#take(xmlEnd));
      return this.#finish(part);
    }
    // What cannot be part of a delimiter or of the end of the XML moves out of the search.
    const isText = this.#pending.byteLength + part.size <= this.#options.maxTextBytes;
    if (part.contentType.includes("xml") && isText) return null;
    const safe = this.#pending.byteLength - delimiter.length - 2;
    if (safe > 0) keep(part, this.#take(safe));
    return null;
  }

  /** Where the event ends: the next delimiter may be a heartbeat away. */
  #endOfXml(): number {
    const end = XML_END.exec(this.#pending.toString("latin1", 0, this.#options.maxTextBytes));
    return end ? end.index + end[0].length : 0;
  }

  #finish(part: OpenPart): Part {
    this.#part = null;
    this.#delimiter = null;
    this.#junkBytes = 0;
    const body = part.size <= part.limit ? new Uint8Array(Buffer.concat(part.chunks)) : null;
    return { contentType: part.contentType, fileName: part.fileName, body };
  }

  #take(byteCount: number): Buffer {
    const taken = this.#pending.subarray(0, byteCount);
    this.#pending = this.#pending.subarray(byteCount);
    return taken;
  }
}

/** Copies, so that a small part does not hold the network's whole buffer; drops what is too much. */
function keep(part: OpenPart, bytes: Uint8Array): void {
  part.size += bytes.byteLength;
  if (part.size > part.limit) part.chunks = [];
  else part.chunks.push(Uint8Array.from(bytes));
}
