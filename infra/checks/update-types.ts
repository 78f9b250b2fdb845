// `npm run types`: writes packages/store/src/database.types.ts anew after a change of the migrations.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkDatabase } from "./database.ts";

process.exitCode = await checkDatabase(
  join(fileURLToPath(new URL("../../", import.meta.url)), "node_modules/.bin"),
  true,
);
