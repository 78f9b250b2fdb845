import { randomUUID } from "node:crypto";
import { type ImportRow, planImport } from "@portero/access";
import { createDeskClient, createDeskData } from "@portero/store";
import { createTenant, startProject } from "@portero/testing";
import type { Bench } from "./bench.ts";

const SIZES = [20_000, 50_000];
const LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ";

/** A plate of Mexico's form for each number, all different. */
function plateOf(number: number): string {
  const letters = [1, 23, 529].map((place) => LETTERS[Math.floor(number / place) % 23]).join("");
  return `${letters}${String((number * 7) % 1000).padStart(3, "0")}${LETTERS[number % 22]}`;
}

/** A condominium's list, two vehicles a family, every tenth line wrong. */
function listOf(lines: number): ImportRow[] {
  return Array.from({ length: lines }, (_, at) => {
    const family = at >> 1;
    const row = {
      unit: `Lote ${at >> 2}`,
      resident: `Familia ${family} Pérez`,
      phone: `55 1234 ${family}`,
      email: `f${family}@test.example`,
      plate: plateOf(at),
      description: "Sedán gris",
    };
    return at % 10 === 0 ? { ...row, plate: `ПЛ${at}` } : row;
  });
}

async function importOf(lines: number): Promise<object> {
  const project = await startProject();
  try {
    const tenant = await createTenant(project.admin);
    const { email, password } = tenant.accounts.admin;
    const kept = new Map<string, string>();
    const client = createDeskClient({
      supabaseUrl: project.supabase.url,
      publishableKey: project.supabase.publishableKey,
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
    });
    const desk = createDeskData(client, "broadcast");
    await desk.logIn(email, password);
    const data = desk.tenant(tenant.tenantId);
    const signal = AbortSignal.timeout(600_000);
    const timed = async <T>(work: () => T | Promise<T>) => {
      const startedMs = performance.now();
      const done = await work();
      return { done, ms: Math.round(performance.now() - startedMs) };
    };
    const known = await data.register(signal);
    const plan = await timed(() => planImport(listOf(lines), known, randomUUID));
    const carriedOut = await timed(() => data.importRegister(plan.done.batch));
    const read = await timed(() => data.register(signal));
    const again = await timed(() => planImport(listOf(lines), read.done, randomUUID));
    await client.auth.signOut();
    return {
      lines,
      refused: plan.done.lines.filter(({ kind }) => kind === "refused").length,
      added: carriedOut.done,
      planMs: plan.ms,
      carryOutMs: carriedOut.ms,
      readBackMs: read.ms,
      planAgainMs: again.ms,
      changesAgain: again.done.lines.filter(({ kind }) => kind === "changes").length,
    };
  } finally {
    await project.stop();
  }
}

/** A long list on its way into the register, through supabase-js and under an administrator's own rights. */
export const importBench: Bench = {
  name: "import",
  summary: "lists of 20,000 and 50,000 lines: compared, carried out, read back",
  async run() {
    for (const lines of SIZES) console.log(JSON.stringify(await importOf(lines)));
  },
};
