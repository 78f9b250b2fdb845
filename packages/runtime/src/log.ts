import { isatty } from "node:tty";
import { type DestinationStream, type Logger, pino } from "pino";

/** A structured log. First the facts as an object, then the sentence: `log.warn({ cameraId }, "camera is silent")`. */
export type Log = Logger;

/** What a process decides about its log. */
export interface LogOptions {
  /** The least important level that is written. Default `info`. */
  level?: string;
  /** One readable line per entry instead of JSON. Default: only on a terminal. */
  pretty?: boolean;
  /** Where lines go. Default: standard output. */
  write?: (line: string) => void;
}

/** A log for the process or part called `name`. Keys that name a secret and passwords within URLs are struck out. */
export function createLog(name: string, options: LogOptions = {}): Log {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const isPretty = options.pretty ?? (options.write === undefined && isatty(1));
  const stream: DestinationStream = {
    write(line) {
      const clean = withoutUrlPasswords(line);
      write(isPretty ? prettyLine(clean) : clean);
    },
  };
  return pino(
    {
      name,
      level: options.level ?? "info",
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are told by the formatter below, like all other facts.
      serializers: { err: (facts) => facts },
      formatters: { level: (label) => ({ level: label }), log: (facts) => redacted(facts) },
    },
    stream,
  );
}

const SECRET_KEY =
  /pass(word|wd|phrase)?$|secret|token|authorization|cookie|credential|(private|signing|service|gate|api)_?key/i;

function redacted(facts: object): Record<string, unknown> {
  return withoutSecrets(facts, 0) as Record<string, unknown>;
}

/** pino's own redaction knows fixed paths only; a secret can sit at any depth of what an error carries. */
function withoutSecrets(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return value;
  if (depth > 6) return "[deep]";
  if (value instanceof Error) return withoutSecrets(factsOfError(value), depth + 1);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    SECRET_KEY.test(key) ? "[redacted]" : withoutSecrets(item, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

function factsOfError(error: Error): object {
  const { name: type, message, stack, cause } = error;
  return { ...error, type, message, stack, ...(cause === undefined ? {} : { cause }) };
}

function withoutUrlPasswords(line: string): string {
  return line.replace(/\/\/[^\s/"@]*:[^\s"@]*@/g, "//[redacted]@");
}

const LEVEL_COLOURS: Record<string, number> = {
  warn: 33,
  error: 31,
  fatal: 31,
  debug: 90,
  trace: 90,
};

function prettyLine(line: string): string {
  const { time, level, name, msg, err, ...facts } = JSON.parse(line) as Record<string, unknown>;
  const colour = LEVEL_COLOURS[String(level)] ?? 36;
  const clock = new Date(String(time)).toTimeString().slice(0, 8);
  const parts = Object.entries(facts).map(([key, value]) => `${key}=${inert(value)}`);
  if (err) parts.push(inert(causesOf(err)));
  const tail = parts.length > 0 ? ` \x1b[90m${parts.join(" ")}\x1b[0m` : "";
  const head = `\x1b[90m${clock}\x1b[0m \x1b[${colour}m${String(level).padEnd(5)}\x1b[0m`;
  return `${head} ${inert(name)}: ${inert(msg ?? "")}${tail}\n`;
}

function causesOf(err: unknown): string {
  const { message, cause } = err as { message?: string; cause?: unknown };
  return cause ? `${message} (${causesOf(cause)})` : String(message);
}

/** A text that came from outside must not move the cursor, colour the terminal or reverse the line. */
function inert(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
