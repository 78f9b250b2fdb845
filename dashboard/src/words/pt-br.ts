import type { Words } from "./es.ts";

export { words } from "./es.ts";
export type _ = Words;
