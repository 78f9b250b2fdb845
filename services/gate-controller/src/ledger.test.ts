import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GateCommand } from "@portero/access";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLedger } from "./ledger.ts";

const commandOf = (seq: number): GateCommand => ({
  id: randomUUID(),
  gate_id: randomUUID(),
  action: "open",
  issued_at: "2026-11-22T12:00:00Z",
  expires_at: "2026-11-22T12:00:03Z",
  seq,
  actor: "automatic",
  sig: "",
});

describe("the ledger (G5)", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "portero-ledger-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is empty at first, and remembers over a restart", () => {
    const first = openLedger(join(folder, "deep", "er"));
    expect([first.lastSeq, first.lastCommandId]).toEqual([0, null]);
    const [one, two] = [commandOf(7), commandOf(2 ** 52)];
    first.record(one);
    first.record(two);
    first.close();
    const second = openLedger(join(folder, "deep", "er"));
    expect([second.lastSeq, second.lastCommandId]).toEqual([two.seq, two.id]);
    expect([one, two, commandOf(1)].map(({ id }) => second.hasSeen(id))).toEqual([
      true,
      true,
      false,
    ]);
    second.close();
  });

  it("never records an id or a seq twice", () => {
    const ledger = openLedger(folder);
    const command = commandOf(7);
    ledger.record(command);
    expect(() => ledger.record({ ...command, seq: 8 })).toThrow();
    expect(() => ledger.record({ ...commandOf(7) })).toThrow();
    expect(ledger.lastCommandId).toBe(command.id);
    ledger.close();
  });

  it("forgets what is too old to matter, and its seq still refuses it", () => {
    const before = openLedger(folder);
    const commands = [1, 2, 3, 4].map(commandOf);
    for (const command of commands) before.record(command);
    before.close();
    const after = openLedger(folder, 3);
    expect(commands.map(({ id }) => after.hasSeen(id))).toEqual([false, true, true, true]);
    expect(after.lastSeq).toBe(4);
    after.close();
  });

  it("belongs to one process", () => {
    const ledger = openLedger(folder);
    expect(() => openLedger(folder)).toThrow(expect.objectContaining({ code: "locked" }));
    ledger.close();
  });

  it("says where it cannot be", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => openLedger(join(folder, "file"))).toThrow(
      expect.objectContaining({ code: "unusable", message: expect.stringContaining("file") }),
    );
    writeFileSync(
      join(folder, "commands.sqlite"),
      "no database at all, but long enough to be read as one".repeat(9),
    );
    expect(() => openLedger(folder)).toThrow(expect.objectContaining({ code: "unusable" }));
  });
});
