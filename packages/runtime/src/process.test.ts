import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";

const entry = import.meta.resolve("./index.ts");

/** A process of its own that runs `body` as its main. */
function start(body: string, { ipc = false } = {}): ChildProcess {
  const program = `
    import { runProcess, loadConfig, Secret } from ${JSON.stringify(entry)};
    import { Type } from ${JSON.stringify(import.meta.resolve("typebox"))};
    const until = (signal) => new Promise((resolve) => {
      const alive = setInterval(() => {}, 1000);
      signal.addEventListener("abort", () => { clearInterval(alive); resolve(); });
      console.log("ready");
    });
    await runProcess("test", async (signal) => { ${body} }, { deadlineMs: 300 });`;
  return spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "pipe", ...(ipc ? (["ipc"] as const) : [])],
  });
}

async function ready(child: ChildProcess): Promise<void> {
  if (!child.stdout) throw new Error("no output");
  await once(child.stdout, "data");
}

async function exitOf(child: ChildProcess): Promise<[number | null, string]> {
  const err = child.stderr ? text(child.stderr) : "";
  const out = child.stdout ? text(child.stdout) : "";
  const [code] = (await once(child, "exit")) as [number | null];
  return [code, (await out) + (await err)];
}

describe("runProcess", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("ends cleanly on %s", async (signalName) => {
    const child = start("await until(signal); console.log('closed')");
    await ready(child);
    child.kill(signalName);
    expect(await exitOf(child)).toEqual([0, expect.stringContaining("closed")]);
  });

  it("takes a Ctrl-C that arrives twice for one", async () => {
    const child = start(`await until(signal); console.log("closing");
      await new Promise((resolve) => setTimeout(resolve, 100)); console.log("closed")`);
    await ready(child);
    child.kill("SIGINT");
    await ready(child);
    child.kill("SIGINT");
    expect(await exitOf(child)).toEqual([0, expect.stringContaining("closed")]);
  });

  it("ends by force when main ignores the signal past the deadline", async () => {
    const child = start("await until(signal); await until(new AbortController().signal)");
    await ready(child);
    child.kill("SIGTERM");
    expect(await exitOf(child)).toEqual([1, expect.stringContaining("still busy after SIGTERM")]);
  });

  it("ends when the parent that forked it goes away", async () => {
    const child = start("await until(signal); console.log('closed')", { ipc: true });
    await ready(child);
    child.disconnect();
    expect(await exitOf(child)).toEqual([0, expect.stringContaining("closed")]);
  });

  it.each([
    ["a failure of main", "throw new Error('no broker')", 1, "no broker"],
    [
      "a forgotten rejection",
      "Promise.reject(new Error('forgotten')); await until(signal)",
      1,
      "forgotten",
    ],
    [
      "a throw outside main",
      "setImmediate(() => { throw new Error('late') }); await until(signal)",
      1,
      "late",
    ],
    [
      "an unusable configuration",
      "loadConfig(Type.Object({ gateKey: Secret() }), {})",
      78,
      "GATE_KEY is missing",
    ],
    ["main's return", "console.log('done')", 0, "done"],
  ])("tells the reason and the status of %s", async (_name, body, status, words) => {
    expect(await exitOf(start(body))).toEqual([status, expect.stringContaining(words)]);
  });
});
