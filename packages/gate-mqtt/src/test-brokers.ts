import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Aedes } from "aedes";

/** A real broker on loopback for tests. */
export interface TestBroker {
  url: string;
  /** The newest MQTT version that it speaks. */
  version: 4 | 5;
  /** Goes away, connections and all, and forgets what was not on disk. */
  stop(): Promise<void>;
  /** Comes back at the same address. */
  start(): Promise<void>;
}

/** The embedded broker, which speaks MQTT 3.1.1 only. */
export async function startAedes(): Promise<TestBroker> {
  let aedes: Aedes;
  let server: Server;
  let sockets: Set<Socket>;
  let port = 0;
  const broker: TestBroker = {
    url: "",
    version: 4,
    async start() {
      aedes = await Aedes.createBroker();
      sockets = new Set();
      server = createServer((socket) => {
        sockets.add(socket);
        aedes.handle(socket);
      });
      await once(server.listen(port, "127.0.0.1"), "listening");
      port = (server.address() as AddressInfo).port;
      broker.url = `mqtt://127.0.0.1:${port}`;
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
  await broker.start();
  return broker;
}

const MOSQUITTO = "/usr/sbin/mosquitto";

/** Whether tests against mosquitto can run here; says so when they cannot. */
export function hasMosquitto(): boolean {
  const found = spawnSync(MOSQUITTO, ["-h"]).error === undefined;
  if (!found) console.info("mosquitto is not installed: its tests are skipped");
  return found;
}

/** Mosquitto, which speaks MQTT 5 and keeps sessions. */
export async function startMosquitto(): Promise<TestBroker> {
  const folder = mkdtempSync(join(tmpdir(), "portero-mosquitto-"));
  const config = join(folder, "mosquitto.conf");
  let port = 0;
  let child: ChildProcess;
  const broker: TestBroker = {
    url: "",
    version: 5,
    async start() {
      child = spawn(MOSQUITTO, ["-c", config], { stdio: "ignore" });
      while (!(await answers(port))) {
        if (child.exitCode !== null) throw new Error(`mosquitto cannot start on port ${port}`);
        await sleep(20);
      }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
    },
  };
  // Somebody may take a port between its choice and the start.
  for (let attempt = 1; ; attempt++) {
    port = await freePort();
    broker.url = `mqtt://127.0.0.1:${port}`;
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nlog_type error\n`);
    try {
      await broker.start();
      return broker;
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
