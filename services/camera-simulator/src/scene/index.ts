export { plateFor } from "./plate-text.ts";
export { renderScene as renderFrame } from "./renderer.ts";
export type { SceneState, VehicleKind } from "./state.ts";
