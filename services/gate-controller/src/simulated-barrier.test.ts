import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { GatePosition } from "@portero/access";
import { describe, expect, it, vi } from "vitest";
import { createSimulatedBarrier } from "./simulated-barrier.ts";

const patient = { timeout: 8_000, interval: 20 };

describe("the simulated barrier", () => {
  it("rises on a pulse, closes by itself, and its lane sees it move", async () => {
    const openness: number[] = [];
    const server = createServer(async (request, response) => {
      expect(request.url).toBe("/control/cameras/lane-1/barrier");
      expect(request.headers.authorization).toBe("Bearer a token");
      openness.push(((await json(request)) as { openness: number }).openness);
      response.writeHead(204).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const barrier = createSimulatedBarrier({
      pulseMs: 50,
      autoCloseMs: 100,
      lane: { controlUrl: `http://127.0.0.1:${port}`, token: "a token", cameraId: "lane-1" },
      onFailure: () => expect.unreachable(),
    });
    const seen: GatePosition[] = [];
    const stop = new AbortController();
    const running = barrier.run((position) => {
      if (seen.at(-1) !== position) seen.push(position);
    }, stop.signal);
    expect(await barrier.actuate("open")).toBe("done");
    await vi.waitFor(() => expect(openness).toContain(1), patient);
    await vi.waitFor(() => expect(seen.at(-1)).toBe("closed"), patient);
    expect(seen.filter((position) => position !== "closed")).toEqual(["moving", "open", "moving"]);
    expect(openness.some((share) => share > 0 && share < 1)).toBe(true);
    stop.abort();
    await running;
    server.close();
  });

  it("moves though its lane is away", async () => {
    const failures: unknown[] = [];
    const barrier = createSimulatedBarrier({
      pulseMs: 50,
      lane: { controlUrl: "http://127.0.0.1:1", token: "a token", cameraId: "lane-1" },
      onFailure: (error) => failures.push(error),
    });
    const seen: GatePosition[] = [];
    const stop = new AbortController();
    const running = barrier.run((position) => seen.push(position), stop.signal);
    await barrier.actuate("open");
    await vi.waitFor(() => expect(seen.at(-1)).toBe("open"), patient);
    await barrier.actuate("close");
    await vi.waitFor(() => expect(seen.at(-1)).toBe("closed"), patient);
    expect(failures.length).toBeGreaterThan(0);
    stop.abort();
    await running;
  });
});
