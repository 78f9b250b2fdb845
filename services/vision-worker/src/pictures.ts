import type { Box, Mask, NewEvent } from "@portero/access";
import type { Recognizer } from "@portero/anpr";
import type { Picture } from "./journal/records.ts";

const EVENT_PICTURE_WIDTH_PX = 1280;

/** The pictures that an event names: the frame, reduced, and the plate's crop. @throws {AnprError} */
export async function picturesOf(
  event: NewEvent,
  { jpeg, box, masks }: { jpeg: Uint8Array; box: Box | null; masks: readonly Mask[] },
  recognizer: Pick<Recognizer, "cropPlate" | "shrinkFrame">,
  signal: AbortSignal,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const platePath =
    "plate_snapshot_path" in event.payload ? event.payload.plate_snapshot_path : undefined;
  if (box && platePath) {
    pictures.push({ path: platePath, jpeg: await recognizer.cropPlate(jpeg, box, masks, signal) });
  }
  if (event.snapshotPath) {
    const frame = await recognizer.shrinkFrame(jpeg, EVENT_PICTURE_WIDTH_PX, masks, signal);
    pictures.push({ path: event.snapshotPath, jpeg: frame });
  }
  return pictures;
}
