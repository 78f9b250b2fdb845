import type { BrokerAddress } from "@portero/gate-mqtt";
import { createLog, type Log, loadConfig, runProcess } from "@portero/runtime";
import type { BarrierPort } from "./barrier-port.ts";
import { startBroker } from "./broker.ts";
import { BrokerConfig, ControllerConfig, chosenBarrier } from "./config.ts";
import { runController } from "./controller.ts";
import { createGpioBarrier } from "./gpio-barrier.ts";
import { openLedger } from "./ledger.ts";
import { createShellyBarrier } from "./shelly-barrier.ts";
import { createSimulatedBarrier } from "./simulated-barrier.ts";

const isBroker = process.argv[2] === "broker";

await runProcess(isBroker ? "broker" : "gate-controller", (signal) =>
  isBroker ? serveBroker(signal) : serveGate(signal),
);

async function serveGate(signal: AbortSignal): Promise<void> {
  const config = loadConfig(ControllerConfig, process.env);
  const { gateId, gateKey, brokerUrl: url, brokerUsername, brokerPassword } = config;
  const log = createLog("gate-controller", { level: config.logLevel });
  const barrier = barrierOf(config, log);
  const ledger = openLedger(config.dataDir);
  const broker = brokerAddress(url, brokerUsername, brokerPassword);
  log.info({ gateId, broker: url }, "the gate's controller has started");
  process.send?.({ ready: { gateId } });
  try {
    await runController({ gateId, gateKey, broker, barrier, ledger, log }, signal);
  } finally {
    ledger.close();
  }
}

async function serveBroker(signal: AbortSignal): Promise<void> {
  const { brokerAccounts, brokerHost, brokerPort, logLevel } = loadConfig(
    BrokerConfig,
    process.env,
  );
  const log = createLog("broker", { level: logLevel });
  const broker = await startBroker({
    accounts: brokerAccounts,
    host: brokerHost,
    port: brokerPort,
    onRefused: (clientId, err) => log.warn({ clientId, err }, "a client was refused"),
  });
  log.info({ url: broker.url }, "the broker is ready");
  process.send?.({ ready: { url: broker.url } });
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  await broker.stop();
}

function brokerAddress(url: string, username?: string, password?: string): BrokerAddress {
  return { url, ...(username && { username }), ...(password && { password }) };
}

function barrierOf(config: ControllerConfig, log: Log): BarrierPort {
  const chosen = chosenBarrier(config);
  const { pulseMs } = config;
  const onFailure = (err: unknown, waitMs: number) =>
    log.warn({ err, waitMs: Math.round(waitMs) }, "the barrier's surroundings do not answer");
  switch (chosen.kind) {
    case "simulated": {
      const {
        simulatorUrl: controlUrl,
        simulatorToken: token = "",
        simulatorCamera: cameraId = "",
      } = config;
      const lane = controlUrl === undefined ? {} : { lane: { controlUrl, token, cameraId } };
      return createSimulatedBarrier({ pulseMs, onFailure, ...lane });
    }
    case "shelly": {
      const { shellyBrokerUrl: url, shellyBrokerUsername, shellyBrokerPassword } = config;
      const { brokerUrl, brokerUsername, brokerPassword } = config;
      const { shellySwitch: switchId, shellyClosedInput, shellyOpenInput } = config;
      return createShellyBarrier({
        broker: url
          ? brokerAddress(url, shellyBrokerUsername, shellyBrokerPassword)
          : brokerAddress(brokerUrl, brokerUsername, brokerPassword),
        device: chosen.device,
        switchId,
        ...(shellyClosedInput === undefined ? {} : { closedInputId: shellyClosedInput }),
        ...(shellyOpenInput === undefined ? {} : { openInputId: shellyOpenInput }),
        pulseMs,
        onFailure,
      });
    }
    case "gpio": {
      const { closeOutput, closedInput, openInput, outputActiveLow: isActiveLow } = config;
      return createGpioBarrier({
        open: { path: chosen.openOutput, isActiveLow },
        ...(closeOutput === undefined ? {} : { close: { path: closeOutput, isActiveLow } }),
        ...(closedInput === undefined ? {} : { closedInputPath: closedInput }),
        ...(openInput === undefined ? {} : { openInputPath: openInput }),
        pulseMs,
        onFailure,
      });
    }
  }
}
