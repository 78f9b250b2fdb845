import { expect, it } from "vitest";
import { baseUrlOf } from "./address.ts";

it.each([
  ["192.168.1.64", "http://192.168.1.64"],
  [" http://192.168.1.64/ ", "http://192.168.1.64"],
  ["camara-norte.local:8080", "http://camara-norte.local:8080"],
  ["https://192.168.1.64", "https://192.168.1.64"],
  ["", undefined],
  ["rtsp://192.168.1.64", undefined],
  ["http://admin:secret@192.168.1.64", undefined],
  ["192.168.1.64/doc/page", undefined],
  ["casa 14", undefined],
  ["javascript:alert(1)", undefined],
])("takes %j as %j", (typed, expected) => {
  expect(baseUrlOf(typed)).toBe(expected);
});
