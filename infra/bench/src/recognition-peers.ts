import { readFile } from "node:fs/promises";
import { isSameClass } from "@portero/access";
import { createEngine, MODELS_DIR } from "@portero/anpr";
import type { LabelledFrame } from "./manifest.ts";
import { processorMs } from "./recognition-speed.ts";

/** How an alternative does on the same photographs. */
export interface PeerFigures {
  sets: Record<string, { images: number; exact: number; exactFolded: number }>;
  msPerFrame: number;
}

interface Peer {
  /** Every text that may be the plate; the true one among them counts as read. */
  read(file: string, frame: LabelledFrame): Promise<string[]>;
  close(): Promise<void>;
}

/** What a Node user would pick: PP-OCR on the whole picture, and tesseract on our own boxes. */
const PEERS: Record<string, () => Promise<Peer>> = {
  "@gutenye/ocr-node": wholePictureOcr,
  "tesseract.js on our boxes": tesseractOnBoxes,
};

/** Measures the alternatives that are installed. */
export async function measurePeers(
  sets: ReadonlyMap<string, readonly LabelledFrame[]>,
): Promise<Record<string, PeerFigures>> {
  const figures: Record<string, PeerFigures> = {};
  for (const [name, open] of Object.entries(PEERS)) {
    const peer = await open().catch((error: Error) => {
      console.error(`${name} is left out: ${error.message}`);
    });
    if (peer) figures[name] = await measurePeer(peer, sets);
    await peer?.close();
  }
  return figures;
}

async function measurePeer(
  peer: Peer,
  sets: ReadonlyMap<string, readonly LabelledFrame[]>,
): Promise<PeerFigures> {
  const figures: PeerFigures = { sets: {}, msPerFrame: 0 };
  let frames = 0;
  let costMs = 0;
  for (const [set, list] of sets) {
    let exact = 0;
    let folded = 0;
    for (const frame of list) {
      const text = frame.plates[0]?.text ?? "";
      const before = processorMs();
      const texts = await peer.read(frame.file, frame);
      costMs += processorMs() - before;
      frames += 1;
      if (texts.includes(text)) exact += 1;
      if (texts.some((read) => isSameClass(read, text))) folded += 1;
    }
    const images = list.length;
    figures.sets[set] = { images, exact: exact / images, exactFolded: folded / images };
  }
  figures.msPerFrame = costMs / frames;
  return figures;
}

async function wholePictureOcr(): Promise<Peer> {
  const { default: Ocr } = await import("@gutenye/ocr-node");
  const ocr = await Ocr.create();
  return {
    read: async (file) => {
      const lines: { text: string }[] = await ocr.detect(file);
      return lines.map(({ text }) => text.toUpperCase().replace(/[^A-Z0-9]/g, ""));
    },
    close: async () => {},
  };
}

async function tesseractOnBoxes(): Promise<Peer> {
  const engine = await createEngine({
    modelsDir: MODELS_DIR,
    formats: [],
    secondEngine: "tesseract",
  });
  return {
    read: async (file) => {
      const jpeg = await readFile(file);
      const [best] = (await engine.recognize(jpeg, {})).reads;
      const opinion = best && (await engine.askSecond(jpeg, best, []));
      return opinion ? [opinion.text] : [];
    },
    close: () => engine.close(),
  };
}
