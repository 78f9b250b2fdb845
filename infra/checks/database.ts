import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startTestSupabase } from "@portero/local-supabase/testing";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TYPES = join(ROOT, "packages/store/src/database.types.ts");
// The CLI's own program of one platform: the registry lacks its binaries for others, and a lock file that names them
// would install nowhere.
const CLI = join(ROOT, "node_modules/@supabase/cli-linux-x64/bin/supabase");
const HEAD =
  "// Generated from infra/supabase/migrations by the Supabase CLI; `npm test` compares it. Do not edit.\n";

/**
 * Asks the Supabase CLI about the schema, against a database of its own: the advisors must find nothing, and the
 * generated types must be those of the repository. With `shouldWrite` it writes them.
 */
export async function checkDatabase(shouldWrite = false): Promise<number> {
  if (!existsSync(CLI)) {
    console.log(
      `not run: the Supabase CLI is installed for Linux on x64 only, and this is ${process.platform}-${process.arch}`,
    );
    return 0;
  }
  const migrationsDir = join(ROOT, "infra/supabase/migrations");
  const supabase = await startTestSupabase({ migrationsDir });
  try {
    const cli = async (args: string[]) => {
      const env = { ...process.env, SUPABASE_TELEMETRY_DISABLED: "1" };
      const options = { cwd: join(ROOT, "infra"), env, maxBuffer: 64 * 1024 * 1024 };
      const { stdout } = await promisify(execFile)(
        CLI,
        [...args, `--remote=${supabase.databaseUrl}`],
        options,
      );
      return stdout;
    };
    const advice = await cli(["db", "advisors", "--level", "warn", "--fail-on", "warn"]);
    console.log(advice.trim() || "the advisors found nothing");
    const generated = await cli(["gen", "types", "--lang", "typescript", "--schema", "public"]);
    const types = HEAD + generated.slice(generated.indexOf("export type Json"));
    if (shouldWrite) await writeFile(TYPES, types);
    if (types === (await readFile(TYPES, "utf8"))) return 0;
    console.error(
      "packages/store/src/database.types.ts is not what the migrations make; run: npm run types",
    );
    return 1;
  } finally {
    await supabase.stop();
  }
}
