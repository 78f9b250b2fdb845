import type { Running } from "./start.ts";

/** What a newcomer needs to see first: one address and the log-ins. */
export function printRunning(running: Running, seconds: number, say: (text: string) => void): void {
  say("");
  say(`Agente Portero is ready (${seconds.toFixed(1)} s).  Open  ${running.dashboardUrl}`);
  let tenant = "";
  for (const account of running.accounts) {
    if (account.tenant !== tenant) {
      tenant = account.tenant;
      say(`\n  ${tenant}`);
    }
    say(`    ${account.role.padEnd(6)} ${account.email.padEnd(28)} ${account.password}`);
  }
  say("\nVehicles come by themselves. Ctrl-C stops everything; --help tells what else there is.");
}
