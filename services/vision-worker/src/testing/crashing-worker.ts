// A worker as main.ts builds it, that kills itself with SIGKILL when an opening reaches a given step.
import { createAddressPolicy } from "@portero/isapi";
import { createLog, runProcess } from "@portero/runtime";
import { createEdgeClient, createEdgeStore } from "@portero/store";
import type { OpeningStep } from "../gate-keeper.ts";
import { runWorker } from "../worker.ts";

/** What the test hands to the process, as JSON in its first argument. */
export interface CrashingWorkerPlan {
  supabaseUrl: string;
  publishableKey: string;
  account: { email: string; password: string };
  site: { tenantId: string; siteId: string };
  privateKey: string;
  dataDir: string;
  /** Null: it lives until somebody else kills it. */
  dieAt: OpeningStep | null;
}

const plan = JSON.parse(process.argv[2] ?? "{}") as CrashingWorkerPlan;

await runProcess("crashing-worker", async (signal) => {
  const client = createEdgeClient(plan.supabaseUrl, plan.publishableKey);
  await runWorker(
    {
      cloud: createEdgeStore(client, plan.account, plan.site, "broadcast"),
      site: plan.site,
      dataDir: plan.dataDir,
      privateKey: plan.privateKey,
      allowAddress: createAddressPolicy({ allowLoopback: true }),
      mqttGate: null,
      maxRegisterAgeMs: 86_400_000,
      healthPort: 0,
      secondEngine: "off",
      onWatching: () => process.send?.({ ready: true }),
      onStep(step) {
        if (step === plan.dieAt) process.kill(process.pid, "SIGKILL");
      },
      log: createLog("crashing-worker", { level: "error" }),
    },
    signal,
  );
});
