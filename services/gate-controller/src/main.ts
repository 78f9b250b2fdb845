import { createLog, type Log, loadConfig, runProcess } from "@portero/runtime";
import type { BarrierPort } from "./barrier-port.ts";
import { startBroker } from "./broker.ts";
import { BrokerConfig, ControllerConfig, chosenBarrier } from "./config.ts";
import { runController } from "./controller.ts";
import { createGpioBarrier, type GpioBarrierOptions } from "./gpio-barrier.ts";
import { openLedger } from "./ledger.ts";
import { createSimulatedBarrier, type SimulatedBarrierOptions } from "./simulated-barrier.ts";

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
  const broker = {
    url,
    ...(brokerUsername === undefined ? {} : { username: brokerUsername }),
    ...(brokerPassword === undefined ? {} : { password: brokerPassword }),
  };
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

function barrierOf(config: ControllerConfig, log: Log): BarrierPort {
  const chosen = chosenBarrier(config);
  const { pulseMs } = config;
  const onFailure = (err: unknown, waitMs: number) =>
    log.warn({ err, waitMs: Math.round(waitMs) }, "the barrier's surroundings do not answer");
  if (chosen.kind === "simulated") {
    const options: SimulatedBarrierOptions = { pulseMs, onFailure };
    const {
      simulatorUrl: controlUrl,
      simulatorToken: token = "",
      simulatorCamera: cameraId = "",
    } = config;
    if (controlUrl !== undefined) options.lane = { controlUrl, token, cameraId };
    return createSimulatedBarrier(options);
  }
  const isActiveLow = config.outputActiveLow;
  const options: GpioBarrierOptions = {
    open: { path: chosen.openOutput, isActiveLow },
    pulseMs,
    onFailure,
  };
  if (config.closeOutput !== undefined) options.close = { path: config.closeOutput, isActiveLow };
  if (config.closedInput !== undefined) options.closedInputPath = config.closedInput;
  if (config.openInput !== undefined) options.openInputPath = config.openInput;
  return createGpioBarrier(options);
}
