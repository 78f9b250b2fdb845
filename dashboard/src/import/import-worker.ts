import {
  type ImportBatch,
  type ImportedInto,
  type ImportPlan,
  type PlannedLine,
  planImport,
} from "@portero/access";
import {
  MAX_BYTES,
  type ReadingFault,
  type ReadList,
  readList,
  rowsOf,
  textOf,
} from "./reading.ts";

/** A list as it was read: what its columns seem to hold, and its first lines. */
export interface ReadSummary {
  columns: ReadList["columns"];
  hasHead: boolean;
  sample: string[][];
}

/** What carrying the plan out would do, in numbers. */
export interface PlanSummary {
  all: number;
  refused: number;
  changes: number;
  newUnits: number;
  newResidents: number;
  newVehicles: number;
  changed: number;
}

export type ShownLines = "all" | "refused" | "changes";

/** What the thread does, by name. The list and its plan stay there: copying them here would hold up the page. */
export interface ImportTasks {
  read(source: string | Blob): Promise<ReadSummary | ReadingFault>;
  plan(columns: ReadList["columns"], known: ImportedInto): PlanSummary;
  lines(shown: ShownLines, from: number, count: number): PlannedLine[];
  batch(): ImportBatch;
}

const SAMPLE_LINES = 4;
let list: ReadList | undefined;
let plan: ImportPlan | undefined;
let linesOf: Record<ShownLines, PlannedLine[]> = { all: [], refused: [], changes: [] };

const tasks: ImportTasks = {
  async read(source) {
    let text: string = source as string;
    if (typeof source !== "string") {
      if (source.size > MAX_BYTES) return "too_many";
      text = textOf(new Uint8Array(await source.arrayBuffer()));
      if (text === "workbook" || text === "not_text") return text;
    }
    const found = readList(text);
    if (typeof found === "string") return found;
    list = found;
    const { columns, hasHead, cells } = found;
    return { columns, hasHead, sample: cells.slice(0, SAMPLE_LINES) };
  },

  plan(columns, known) {
    const rows = list ? rowsOf(list, columns) : [];
    plan = planImport(rows, known, () => crypto.randomUUID());
    const { lines, batch } = plan;
    const of = (kind: PlannedLine["kind"]) => lines.filter((line) => line.kind === kind);
    linesOf = { all: lines, refused: of("refused"), changes: of("changes") };
    return {
      all: lines.length,
      refused: linesOf.refused.length,
      changes: linesOf.changes.length,
      newUnits: batch.newUnits.length,
      newResidents: batch.newResidents.length,
      newVehicles: batch.newVehicles.length,
      changed:
        batch.changedUnits.length + batch.changedResidents.length + batch.changedVehicles.length,
    };
  },

  lines: (shown, from, count) => linesOf[shown].slice(from, from + count),

  batch() {
    if (!plan) throw new Error("nothing has been planned");
    return plan.batch;
  },
};

export interface ImportCall {
  id: number;
  task: keyof ImportTasks;
  args: unknown[];
}

self.onmessage = async ({ data: { id, task, args } }: MessageEvent<ImportCall>) => {
  try {
    const answer = await (tasks[task] as (...given: unknown[]) => unknown)(...args);
    self.postMessage({ id, answer });
  } catch (error) {
    self.postMessage({ id, failed: String(error) });
  }
};
