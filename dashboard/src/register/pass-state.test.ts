import type { Pass } from "@portero/store";
import { expect, it } from "vitest";
import { passState } from "./pass-state.ts";

const NOW_MS = 1_000_000;
const pass: Pass = {
  id: "p",
  updatedAt: "",
  unitId: "u",
  visitorName: "Ana",
  plate: null,
  validFromMs: NOW_MS - 10,
  validUntilMs: NOW_MS + 10,
  schedule: null,
  maxUses: 2,
  uses: 1,
  revokedAtMs: null,
  createdAtMs: 0,
};

it.each([
  ["valid", {}],
  ["valid", { validFromMs: NOW_MS }],
  ["later", { validFromMs: NOW_MS + 1 }],
  ["over", { validUntilMs: NOW_MS }],
  ["used", { uses: 2 }],
  ["revoked", { revokedAtMs: NOW_MS - 1 }],
  ["revoked", { revokedAtMs: NOW_MS - 1, uses: 2 }],
] as const)("is %s with %o", (state, change) => {
  expect(passState({ ...pass, ...change }, NOW_MS)).toBe(state);
});
