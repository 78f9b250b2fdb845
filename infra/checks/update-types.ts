// `npm run types`: writes packages/store/src/database.types.ts anew after a change of the migrations.
import { checkDatabase } from "./database.ts";

process.exitCode = await checkDatabase(true);
