import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

/** Runs in the page. */
const RECORDER = fileURLToPath(new URL("record-screen.js", import.meta.url));

interface Entry {
  /** Where it came from or went to. */
  from: string;
  text: string;
}

/** A word of another tenant that a page has seen. */
export interface Leak {
  word: string;
  from: string;
  excerpt: string;
}

/** Everything that a page received, sent and showed. */
export interface Transcript {
  /** How much of each kind there is so far: a check of nothing would prove nothing. */
  sizes(): Promise<Record<"bodies" | "frames" | "shown", number>>;
  /** Keeps what was on the screen, before the page is left for another. */
  turnPage(): Promise<void>;
  /** Where one of these words stands in it. */
  leaksOf(words: readonly string[]): Promise<Leak[]>;
  /** Whether a later part of the network's traffic, from `sizes` on, holds the word. */
  heardAfter(mark: { bodies: number; frames: number }, word: string): Promise<boolean>;
}

/** Notes all that comes and goes from before the page's first request. */
export async function transcribe(page: Page): Promise<Transcript> {
  const bodies: Entry[] = [];
  const frames: Entry[] = [];
  const reading = new Set<Promise<void>>();

  page.on("request", (request) => {
    const body = request.postData() ?? "";
    bodies.push({ from: `request ${request.url()}`, text: `${request.url()}\n${body}` });
  });
  page.on("response", (response) => {
    const from = `response ${response.url()}`;
    const read = response
      .body()
      .then((body) => void bodies.push({ from, text: body.toString("latin1") }))
      // Redirects, pre-flights and what the page itself gave up have no body.
      .catch(() => {})
      .finally(() => reading.delete(read));
    reading.add(read);
    bodies.push({ from, text: JSON.stringify(response.headers()) });
  });
  page.on("websocket", (socket) => {
    const from = `socket ${socket.url()}`;
    socket.on("framereceived", ({ payload }) => frames.push({ from, text: textOf(payload) }));
    socket.on("framesent", ({ payload }) => frames.push({ from, text: textOf(payload) }));
  });
  await page.addInitScript({ path: RECORDER });

  const pages = new Set<string>();
  const turnPage = async () => {
    for (const text of await readRecord(page, "shown")) pages.add(text);
  };
  const shown = async (): Promise<Entry[]> => {
    await turnPage();
    return [...pages].map((text) => ({ from: "screen", text }));
  };
  return {
    turnPage,
    async sizes() {
      await Promise.all(reading);
      return { bodies: bodies.length, frames: frames.length, shown: (await shown()).length };
    },
    async leaksOf(words) {
      await Promise.all(reading);
      // A page's own code comes with each page and is looked through once.
      const entries = new Map(
        [...bodies, ...frames, ...(await shown())].map((entry) => [entry.text, entry]),
      )
        .values()
        .toArray();
      return words.flatMap((word) => {
        const written = new Set([
          word,
          Buffer.from(word).toString("latin1"),
          encodeURIComponent(word),
        ])
          .values()
          .toArray();
        const found = entries.find(({ text }) => written.some((form) => text.includes(form)));
        if (!found) return [];
        const at = Math.max(0, found.text.indexOf(word) - 80);
        return [{ word, from: found.from, excerpt: found.text.slice(at, at + 240) }];
      });
    },
    async heardAfter(mark, word) {
      await Promise.all(reading);
      const later = [...bodies.slice(mark.bodies), ...frames.slice(mark.frames)];
      return later.some(({ text }) => text.includes(word));
    },
  };
}

/** What the recorder in the page has noted so far. */
export async function readRecord(
  page: Page,
  what: "shown" | "gateStates" | "connections",
): Promise<string[]> {
  return (await page.evaluate(`[...window.porteroRecord.${what}]`)) as string[];
}

const textOf = (payload: string | Buffer) =>
  typeof payload === "string" ? payload : payload.toString("latin1");
