import { useSyncExternalStore } from "react";
import type { DeskState, DeskStore } from "../desk/desk-store.ts";

/** All that one desk knows at the moment. */
export function useDeskState(desk: DeskStore): DeskState {
  return useSyncExternalStore(desk.subscribe, desk.get);
}
