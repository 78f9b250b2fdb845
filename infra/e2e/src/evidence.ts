import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Desk } from "./desk.ts";

/** How much of the log the error itself tells, where nobody can look into the folder. */
const TOLD_LINES = 6;
const TOLD_CHARACTERS = 250;

/** Runs a story; when it fails, the error names a folder with every screen and the services' log. */
export async function withEvidence(
  { desks, log }: { desks: () => readonly Desk[]; log: () => string },
  story: () => Promise<void>,
): Promise<void> {
  try {
    await story();
  } catch (error) {
    const folder = await mkdtemp(join(tmpdir(), "portero-e2e-failed-"));
    await writeFile(join(folder, "services.log"), log());
    for (const [index, { page, account }] of desks().entries()) {
      const name = `${index + 1}-${account.email}`;
      const shot = page.screenshot({ path: join(folder, `${name}.png`), timeout: 20_000 });
      const html = page.content().then((text) => writeFile(join(folder, `${name}.html`), text));
      await Promise.allSettled([shot, html]);
    }
    const troubles = log()
      .split("\n")
      .filter((line) => /"level":"(warn|error|fatal)"/.test(line))
      .slice(-TOLD_LINES)
      .map((line) => line.slice(0, TOLD_CHARACTERS));
    const note = ["Screens and the services' log:", folder, ...troubles].join("\n");
    if (error instanceof Error) error.message = `${error.message}\n\n${note}`;
    else console.error(note);
    throw error;
  }
}
