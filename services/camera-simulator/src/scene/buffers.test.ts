import { describe, expect, it } from "vitest";
import { createBuffers } from "./buffers.ts";

describe("createBuffers", () => {
  it("hands out a buffer again only after it was given back", () => {
    const buffers = createBuffers(2);
    const first = buffers.take(8);
    expect(buffers.take(8)).not.toBe(first);
    buffers.giveBack(first);
    expect(buffers.take(16)).not.toBe(first);
    expect(buffers.take(8)).toBe(first);
  });

  it("keeps no more than its limit", () => {
    const buffers = createBuffers(1);
    const [first, second] = [buffers.take(8), buffers.take(8)];
    buffers.giveBack(first);
    buffers.giveBack(second);
    expect(buffers.take(8)).toBe(second);
    expect(buffers.take(8)).not.toBe(first);
  });
});
