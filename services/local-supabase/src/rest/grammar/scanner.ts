import { invalidQuery } from "../error.ts";

/** Deeper than any honest request; keeps hostile ones off the call stack. */
const MAX_DEPTH = 100;

/**
 * A cursor over one query parameter. Its methods consume and return what they match, or consume
 * nothing and return a falsy value, noting what would have fitted at the furthest place reached:
 * that note becomes the error, worded as Parsec words it.
 */
export class Scanner {
  readonly text: string;
  pos = 0;
  #depth = 0;
  #furthest = 0;
  #expected: string[] = [];
  #unexpectedAt = 0;
  #quote = "'";
  #failure: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.pos >= this.text.length;
  }

  /** Consumes exactly `literal`; `label` names it in errors. */
  take(literal: string, label?: string): boolean {
    if (this.text.startsWith(literal, this.pos)) {
      this.pos += literal.length;
      return true;
    }
    if (this.pos >= this.#furthest) {
      let at = this.pos;
      while (at < this.text.length && this.text[at] === literal[at - this.pos]) at++;
      this.expected(label ?? `"${literal}"`, at, '"');
    }
    return false;
  }

  /** Consumes what the sticky expression matches here; `label` names it in errors. */
  match(sticky: RegExp, label: string): RegExpExecArray | undefined {
    sticky.lastIndex = this.pos;
    const found = sticky.exec(this.text);
    if (found) {
      this.pos += found[0].length;
      return found;
    }
    this.expected(label);
    return undefined;
  }

  /** True when `literal` stands here; consumes nothing. */
  sees(literal: string): boolean {
    return this.text.startsWith(literal, this.pos);
  }

  skipBlanks(): void {
    while (this.text[this.pos] === " " || this.text[this.pos] === "\t") this.pos++;
  }

  /** Runs a rule; when it gives undefined, nothing was consumed. */
  attempt<T>(rule: () => T | undefined): T | undefined {
    const start = this.pos;
    const result = rule();
    if (result === undefined) this.pos = start;
    return result;
  }

  /** Runs a rule one level deeper. */
  nested<T>(rule: () => T | undefined): T | undefined {
    if (this.#depth >= MAX_DEPTH) return this.fail(`nested more than ${MAX_DEPTH} levels deep`);
    this.#depth++;
    const result = rule();
    this.#depth--;
    return result;
  }

  /** Notes what would have fitted here, and which character, in which quotes, stood in its way. */
  expected(label: string, unexpectedAt = this.pos, quote = "'"): undefined {
    if (this.pos < this.#furthest) return undefined;
    if (this.pos > this.#furthest || this.#expected.length === 0) {
      this.#furthest = this.pos;
      this.#expected = [];
      this.#unexpectedAt = unexpectedAt;
      this.#quote = quote;
    }
    if (!this.#expected.includes(label)) this.#expected.push(label);
    return undefined;
  }

  /** Notes a failure in words, instead of what would have fitted. */
  fail(message: string): undefined {
    this.#failure ??= message;
    return undefined;
  }

  /** The furthest failure as PGRST100; `label` says which parameter was being read. */
  error(label: string) {
    const message = `"${label}" (line 1, column ${this.#furthest + 1})`;
    return invalidQuery(message, this.#failure ?? this.#describeFailure());
  }

  #describeFailure(): string {
    const character = this.text[this.#unexpectedAt];
    const unexpected =
      character === undefined ? "end of input" : `${this.#quote}${character}${this.#quote}`;
    const labels = [...this.#expected];
    const last = labels.pop();
    const list = labels.length > 0 ? `${labels.join(", ")} or ${last}` : last;
    return `unexpected ${unexpected} expecting ${list ?? "end of input"}`;
  }
}

/** Runs `rule` over all of `text`. @throws {RestError} PGRST100 when it does not fit to the end. */
export function parseWhole<T>(text: string, label: string, rule: (s: Scanner) => T | undefined): T {
  const scanner = new Scanner(text);
  const result = rule(scanner);
  if (result === undefined) throw scanner.error(label);
  if (!scanner.atEnd) {
    scanner.expected("end of input");
    throw scanner.error(label);
  }
  return result;
}

/** `rule`, separated by commas that blanks may surround; at least one. */
export function commaSeparated<T>(s: Scanner, rule: () => T | undefined): T[] | undefined {
  const items: T[] = [];
  do {
    const item = rule();
    if (item === undefined) return undefined;
    items.push(item);
  } while (comma(s));
  return items;
}

function comma(s: Scanner): true | undefined {
  return s.attempt(() => {
    s.skipBlanks();
    if (!s.take(",")) return undefined;
    s.skipBlanks();
    return true;
  });
}
