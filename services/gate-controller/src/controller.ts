import { type BrokerAddress, createGateEndpoint } from "@portero/gate-mqtt";
import { type Log, watchdog } from "@portero/runtime";
import type { BarrierPort } from "./barrier-port.ts";
import type { SqliteLedger } from "./ledger.ts";

/** What a gate's controller is made of. */
export interface ControllerOptions {
  gateId: string;
  /** Shared with the worker; at least 32 characters. */
  gateKey: string;
  broker: BrokerAddress;
  barrier: BarrierPort;
  ledger: SqliteLedger;
  log: Log;
}

/** A position that is older than this is none. */
const POSITION_STALE_MS = 3_000;

/**
 * Stands at the barrier until the signal aborts: verifies and judges commands, records, pulses, answers, and
 * tells where the arm is. The outputs are low before the first command can come and after the last.
 */
export async function runController(
  options: ControllerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { gateId, gateKey, broker, barrier, ledger, log } = options;
  const endpoint = createGateEndpoint({
    gateId,
    key: gateKey,
    broker,
    ledger,
    actuate: (action) => barrier.actuate(action),
    onJudged: ({ id, action, actor }, judgement) => {
      if (judgement.kind === "accept")
        log.info({ commandId: id, actor }, `${action}: carrying out`);
      else log.warn({ commandId: id, reason: judgement.reason }, `${action}: refused`);
    },
    onFault: ({ id }, err) =>
      log.error({ commandId: id, err }, "a command was not recorded or not carried out"),
    onFailure: (err, waitMs) => log.warn({ err, waitMs: Math.round(waitMs) }, "the broker is away"),
  });
  const seen = watchdog({
    limitMs: POSITION_STALE_MS,
    onSilent: () => {
      log.error("the position input is silent");
      endpoint.report("unknown");
    },
    onHeard: () => log.info("the position input is back"),
    signal,
  });
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let isSafe = () => {};
  const safe = new Promise<void>((resolve) => {
    isSafe = resolve;
  });
  const standing = barrier.run((position) => {
    isSafe();
    seen();
    endpoint.report(position);
  }, either);
  const serving = Promise.race([safe, standing]).then(() => endpoint.run(either));
  try {
    await Promise.all([standing, serving]);
  } finally {
    // A barrier that cannot be held must not be commanded either, and the other way round.
    stop.abort();
    await Promise.allSettled([standing, serving]);
  }
}
