import type { Box, Mask } from "@portero/access";
import type { AnprErrorCode } from "./anpr-error.ts";
import type { GlanceOptions, RecognizeOptions, SeenAt } from "./recognition.ts";

/** What the recogniser's thread can be asked to do. */
export type Task =
  | { kind: "recognize"; jpeg: Uint8Array; options: RecognizeOptions }
  | { kind: "glance"; jpeg: Uint8Array; options: GlanceOptions }
  | { kind: "askSecond"; jpeg: Uint8Array; plate: SeenAt; masks: readonly Mask[] }
  | { kind: "cropPlate"; jpeg: Uint8Array; box: Box; masks: readonly Mask[] }
  | { kind: "shrinkFrame"; jpeg: Uint8Array; maxWidthPx: number; masks: readonly Mask[] };

/** To the thread: a task, or to end after the task under way. */
export type Request = { id: number; task: Task } | "end";

/** From the thread. `id` 0 tells that it is ready, or why it cannot be. */
export type Response =
  | { id: number; result: unknown }
  | { id: number; error: { code: AnprErrorCode; message: string } };
