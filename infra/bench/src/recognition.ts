import { parseArgs } from "node:util";
import { isSameClass } from "@portero/access";
import type { Bench } from "./bench.ts";
import { bySet, loadCrops, loadFrames } from "./manifest.ts";
import { type Conditions, measureConditions, tableOfConditions } from "./recognition-conditions.ts";
import { type Loads, linesOfLoads, measureLoads } from "./recognition-load.ts";
import { intervalOf, measureOpenings, type Openings } from "./recognition-openings.ts";
import { CARS, MOTORCYCLES, measurePassages, type PassageFigures } from "./recognition-passages.ts";
import { measurePeers, type PeerFigures } from "./recognition-peers.ts";
import { measureScenes, type SceneFigures } from "./recognition-scenes.ts";
import {
  type Answer,
  engineFor,
  measureCrops,
  measureFrames,
  reliabilityOf,
  type SetFigures,
} from "./recognition-sets.ts";
import { drawErrorSheet } from "./recognition-sheet.ts";
import { type FrameCosts, measureSpeed } from "./recognition-speed.ts";
import { machine } from "./statistics.ts";

/** A peer and the ratios on its photographs: above 1 means that we read more, or that we take less time. */
interface ComparedPeer extends PeerFigures {
  /** Null where the peer read none: JSON has no infinity. */
  accuracyRatio: number | null;
  timeRatio: number;
}

interface Report {
  sets: Record<string, SetFigures>;
  msPerFrame: FrameCosts;
  peers: Record<string, ComparedPeer>;
  openings: Record<string, Openings>;
  reliability: ReturnType<typeof reliabilityOf>;
  /** Drawn lanes without a vehicle, and drawn vehicles that come to a barrier. */
  scenes?: SceneFigures;
  passages?: PassageFigures;
  /** The same with motorcycles, whose plates have two lines. */
  motorcycles?: PassageFigures;
  /** The labelled photographs by night, in 4K, and with small plates. */
  conditions?: Conditions;
  /** Many cameras at once. */
  load?: Loads;
}

export const recognitionBench: Bench = {
  name: "recognition",
  summary: "detector, reader and opening rule on labelled photographs, beside other open readers",
  run: async (args) => {
    const { values } = parseArgs({
      args,
      options: {
        frames: { type: "string" },
        crops: { type: "string" },
        limit: { type: "string" },
        json: { type: "boolean", default: false },
        errors: { type: "boolean", default: false },
        sheet: { type: "string" },
        "peer-limit": { type: "string" },
        "no-peers": { type: "boolean", default: false },
        "no-drawn": { type: "boolean", default: false },
        "no-openings": { type: "boolean", default: false },
        "no-load": { type: "boolean", default: false },
      },
    });
    if (!values.frames) throw new Error("recognition needs --frames <manifest.json>");
    const limit = Number(values.limit ?? Number.POSITIVE_INFINITY);
    const frames = (await loadFrames(values.frames)).filter(({ plates }) => plates.length > 0);
    const sets = new Map([...bySet(frames)].map(([set, list]) => [set, list.slice(0, limit)]));
    const report: Report = {
      sets: {},
      msPerFrame: { plate: 0, noPlate: 0, gated: 0 },
      peers: {},
      openings: {},
      reliability: [],
    };
    const answers: Answer[] = [];
    for (const [set, list] of sets) {
      const engine = await engineFor(set);
      const measured = await measureFrames(set, list, engine);
      report.sets[set] = measured.figures;
      answers.push(...measured.answers);
      if (!values["no-openings"]) {
        const openings = await measureOpenings(set, list, engine);
        report.openings[set] = openings;
        Object.assign(measured.figures, openSharesOf(openings));
      }
      await engine.close();
    }
    if (values.crops) {
      for (const [set, list] of bySet(await loadCrops(values.crops))) {
        const engine = await engineFor(set);
        const measured = await measureCrops(set, list.slice(0, limit), engine);
        report.sets[set] ??= measured.figures;
        answers.push(...measured.answers);
        await engine.close();
      }
    }
    report.reliability = reliabilityOf(answers);
    if (values.sheet) {
      await drawErrorSheet(
        answers.filter(({ read, text }) => !isSameClass(read, text)),
        values.sheet,
      );
    }
    const engine = await engineFor("none");
    report.msPerFrame = await measureSpeed(frames, engine);
    await engine.close();
    if (!values["no-drawn"]) {
      const eyes = await engineFor("mx");
      report.scenes = await measureScenes(eyes);
      await eyes.close();
      report.passages = await measurePassages(CARS);
      report.motorcycles = await measurePassages(MOTORCYCLES);
      report.conditions = await measureConditions(sets);
    }
    if (!values["no-load"]) report.load = await measureLoads();
    if (!values["no-peers"]) {
      const most = Number(values["peer-limit"] ?? Number.POSITIVE_INFINITY);
      const compared = new Map([...sets].map(([set, list]) => [set, list.slice(0, most)]));
      report.peers = comparedWith(answers, await measurePeers(compared));
    }
    if (values.json) console.log(JSON.stringify(report));
    else print(report, values.errors ? answers : []);
  },
};

function openSharesOf({ sequences, openedRightly, openedWrongly }: Openings) {
  const opened = openedRightly + openedWrongly;
  return {
    openPrecision: opened === 0 ? null : openedRightly / opened,
    openCoverage: openedRightly / sequences,
  };
}

function comparedWith(
  answers: readonly Answer[],
  peers: Record<string, PeerFigures>,
): Report["peers"] {
  return Object.fromEntries(
    Object.entries(peers).map(([name, peer]) => {
      const sets = Object.entries(peer.sets);
      const ours = sets.map(([set, { images }]) =>
        answers.filter((answer) => answer.set === set).slice(0, images),
      );
      const ourShares = ours.map((same) => shareRight(same));
      const theirShares = sets.map(([, { exactFolded }]) => exactFolded);
      const theirMean = meanOf(theirShares);
      const accuracyRatio = theirMean === 0 ? null : meanOf(ourShares) / theirMean;
      const timeRatio = peer.msPerFrame / meanOf(ours.flat().map(({ costMs = 0 }) => costMs));
      return [name, { ...peer, accuracyRatio, timeRatio }];
    }),
  );
}

function shareRight(answers: readonly Answer[]): number {
  return answers.filter(({ read, text }) => isSameClass(read, text)).length / answers.length;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function print(report: Report, answers: readonly Answer[]): void {
  console.log(machine());
  console.log("\nPercent; in brackets with O = 0 = Q and I = 1.");
  console.table(
    Object.fromEntries(
      Object.entries(report.sets).map(([set, s]) => [
        set,
        {
          images: s.images,
          recall: percent(s.detectorRecall),
          "false/image": s.falsePositivesPerImage?.toFixed(2) ?? "–",
          "reader on true boxes": `${percent(s.readerExact)} (${percent(s.readerExactFolded)})`,
          "end to end": `${percent(s.endToEndExact)} (${percent(s.endToEndExactFolded)})`,
          "without second engine": `${percent(s.endToEndAloneExact)} (${percent(s.endToEndAloneExactFolded)})`,
          "its ms": s.secondOpinionMs?.toFixed(0) ?? "–",
          opened: percent(s.openCoverage),
          "of these right": percent(s.openPrecision ?? undefined),
        },
      ]),
    ),
  );
  printOpenings(Object.values(report.openings));
  console.log("\nOf the reads that claim this much, so many are right:");
  console.table(
    report.reliability.map(({ claimed, reads, right }) => ({
      claimed,
      reads,
      right: percent(right),
    })),
  );
  const { plate, noPlate, gated } = report.msPerFrame;
  const costs = `plate ${plate.toFixed(1)}, none ${noPlate.toFixed(1)}, idle ${gated.toFixed(1)}`;
  console.log(`\nProcessor ms per 720p frame: ${costs}`);
  printDrawn(report);
  if (report.load) console.log(["", ...linesOfLoads(report.load)].join("\n"));
  for (const [name, peer] of Object.entries(report.peers)) {
    const sets = Object.entries(peer.sets).map(
      ([set, s]) => `${set} ${percent(s.exact)} (${percent(s.exactFolded)}) of ${s.images}`,
    );
    const { accuracyRatio, timeRatio } = peer;
    const accurate =
      accuracyRatio === null ? "it read none" : `we are ${accuracyRatio.toFixed(2)} x as accurate`;
    const fast = `we are ${timeRatio.toFixed(1)} x as fast`;
    const cost = `${peer.msPerFrame.toFixed(0)} ms`;
    console.log(`${name}: ${sets.join(", ")}; ${cost}; ${accurate}, ${fast}`);
  }
  for (const { file, text, read, confidence } of answers) {
    if (!isSameClass(read, text))
      console.log(`${file}  ${text} read as ${read} (${percent(confidence)})`);
  }
}

function printDrawn({ scenes, passages, motorcycles, conditions }: Report): void {
  if (scenes) {
    const { frames, falsePositivesPerImage, toldWrongly, withoutPlate } = scenes;
    const boxes = `${falsePositivesPerImage.toFixed(3)} boxes a picture`;
    const alarms = `guards told ${toldWrongly.length} times${toldWrongly.map((t) => `; ${t}`).join("")}`;
    console.log(`\nDrawn lanes without a vehicle, ${frames} pictures: ${boxes}, ${alarms}`);
    console.log(`Vehicles without a plate: told of ${withoutPlate.told} of ${withoutPlate.shown}`);
  }
  if (passages) printPassages("Drawn cars", passages);
  if (motorcycles) printPassages("Drawn motorcycles, plates of two lines", motorcycles);
  if (conditions) {
    console.log(
      "\nThe photographs under other conditions; px: width of the plate before the detector.",
    );
    console.table(tableOfConditions(conditions));
  }
}

function printPassages(what: string, figures: PassageFigures): void {
  const { passages, legible, openedInTime, openedWrongly, late } = figures;
  const share = percent(openedInTime / legible);
  const within = `opened within 1 s of the first legible frame: ${openedInTime} of ${legible} (${share})`;
  console.log(`${what}, ${passages}: ${within}, wrongly ${openedWrongly}`);
  for (const passage of late) console.log(`  not in time: ${passage}`);
}

function printOpenings(openings: readonly Openings[]): void {
  const sequences = openings.reduce((sum, o) => sum + o.sequences, 0);
  const wrong = openings.flatMap((o) => o.wrong);
  if (sequences === 0) return;
  const { from, to } = intervalOf(wrong.length, 2 * sequences);
  const bounds = `95 % interval ${percent(from)} to ${percent(to)}`;
  console.log(`\nWrong openings: ${wrong.length} of ${2 * sequences} sequences (${bounds})`);
  for (const { file, text, opened } of wrong)
    console.log(`  ${file}  ${text} opened for ${opened}`);
  const alone = openings.map(({ withoutSecond }) => withoutSecond);
  const rightly = alone.reduce((sum, { openedRightly }) => sum + openedRightly, 0);
  const wrongly = alone.reduce((sum, { openedWrongly }) => sum + openedWrongly, 0);
  const withSecond = openings.reduce((sum, { openedRightly }) => sum + openedRightly, 0);
  const shares = `${percent(withSecond / sequences)} opened rightly`;
  console.log(
    `${shares}; without a second engine ${percent(rightly / sequences)}, wrongly ${wrongly}`,
  );
}

function percent(share: number | undefined): string {
  return share === undefined || Number.isNaN(share) ? "–" : (100 * share).toFixed(1);
}
