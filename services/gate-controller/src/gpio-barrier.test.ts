import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatePosition } from "@portero/access";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createGpioBarrier } from "./gpio-barrier.ts";
import { openGuardedOutput } from "./guarded-output.ts";

const patient = { timeout: 8_000, interval: 10 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portero-gpio-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pin = (name: string) => join(folder, name);
const levelOf = (name: string) => readFileSync(pin(name), "utf8");

describe("a barrier on files", () => {
  function barrierWith(change: object = {}) {
    const positions: GatePosition[] = [];
    const failures: unknown[] = [];
    const barrier = createGpioBarrier({
      open: { path: pin("open"), isActiveLow: false },
      closedInputPath: pin("is-closed"),
      pulseMs: 100,
      onFailure: (error) => failures.push(error),
      ...change,
    });
    const stop = new AbortController();
    const running = barrier.run((position) => positions.push(position), stop.signal);
    running.catch(() => {});
    const end = async () => {
      stop.abort();
      await running;
    };
    return { barrier, positions, failures, running, end };
  }

  it("is brought down before anything else, pulses once and comes down by itself (G11)", async () => {
    writeFileSync(pin("open"), "1");
    writeFileSync(pin("is-closed"), "1\n");
    const { barrier, positions, end } = barrierWith();
    await vi.waitFor(() => expect(positions).toContain("closed"), patient);
    expect(levelOf("open")).toBe("0");
    expect(await barrier.actuate("open")).toBe("done");
    expect(levelOf("open")).toBe("1");
    await vi.waitFor(() => expect(levelOf("open")).toBe("0"), patient);
    expect(await barrier.actuate("close")).toBe("unsupported");
    writeFileSync(pin("is-closed"), "0\n");
    await vi.waitFor(() => expect(positions.at(-1)).toBe("open"), patient);
    await end();
  });

  it("inverts the levels of a relay that is on at 0", async () => {
    writeFileSync(pin("open"), "0");
    writeFileSync(pin("is-closed"), "1");
    const { barrier, positions, end } = barrierWith({
      open: { path: pin("open"), isActiveLow: true },
    });
    await vi.waitFor(() => expect(positions).toContain("closed"), patient);
    expect(levelOf("open")).toBe("1");
    await barrier.actuate("open");
    expect(levelOf("open")).toBe("0");
    await end();
    expect(levelOf("open")).toBe("1");
  });

  it("does not know the position while an input cannot be read", async () => {
    const { positions, failures, end } = barrierWith();
    await vi.waitFor(() => expect(positions).toEqual(["unknown"]), patient);
    expect(failures).toHaveLength(1);
    writeFileSync(pin("is-closed"), "1");
    await vi.waitFor(() => expect(positions.at(-1)).toBe("closed"), patient);
    await end();
  });

  it("refuses to stand at an output that cannot be written", async () => {
    const { running } = barrierWith({
      open: { path: join(folder, "no", "such"), isActiveLow: false },
    });
    await expect(running).rejects.toMatchObject({
      code: "output_failed",
      message: expect.stringMatching(/no\/such cannot be written.*ENOENT/),
    });
  });
});

describe("a guarded output (G11)", () => {
  it("comes down when the process that pulsed is killed between high and low", async () => {
    const program = `
      import { openGuardedOutput } from ${JSON.stringify(import.meta.resolve("./guarded-output.ts"))};
      const output = await openGuardedOutput({ path: ${JSON.stringify(pin("open"))}, isActiveLow: false });
      await output.pulse(600_000);`;
    const owner = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: "inherit",
    });
    await vi.waitFor(() => expect(levelOf("open")).toBe("1"), patient);
    owner.kill("SIGKILL");
    await once(owner, "exit");
    await vi.waitFor(() => expect(levelOf("open")).toBe("0"), patient);
  });

  it("comes down when its owner lets go in the middle of a pulse", async () => {
    const output = await openGuardedOutput({ path: pin("open"), isActiveLow: false });
    await output.pulse(600_000);
    expect(levelOf("open")).toBe("1");
    await output.close();
    expect(levelOf("open")).toBe("0");
  });

  it("lets a second pulse begin anew rather than be cut short by the first one's end", async () => {
    const output = await openGuardedOutput({ path: pin("open"), isActiveLow: false });
    await output.pulse(600_000);
    await output.pulse(50);
    await vi.waitFor(() => expect(levelOf("open")).toBe("0"), patient);
    await output.close();
  });
});
