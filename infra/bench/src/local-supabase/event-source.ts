import pg from "pg";
import { answerParent, nowMs } from "../child.ts";

/** Events for tenants in turn: so many a second, or as many as possible. */
export interface Events {
  databaseUrl: string;
  tenants: number;
  count: number;
  /** Nothing for as fast as the database takes them. */
  perSecond: number | undefined;
}

const ROWS_AT_ONCE = 20;
/** A commit waits for the disk: with a single writer the database would mostly wait. */
const WRITERS = 4;

/** Inserts events, and says when it began. */
answerParent(async ({ databaseUrl, tenants, count, perSecond }: Events): Promise<number> => {
  const database = new pg.Pool({ connectionString: databaseUrl, max: WRITERS });
  const insert = async (first: number, rows: number): Promise<void> => {
    const tenantOf = Array.from({ length: rows }, (_, at) => (first + at) % tenants);
    await database.query(
      "insert into told_events (tenant, payload) select t, $2 from unnest($1::int[]) t",
      [tenantOf, { sentMs: nowMs(), plate: "ABC1D23", camera: "norte", confidence: 0.97 }],
    );
  };
  await Promise.all(Array.from({ length: WRITERS }, () => database.query("select")));
  const beganMs = nowMs();
  if (perSecond === undefined) {
    let at = 0;
    const write = async (): Promise<void> => {
      while (at < count) {
        const first = at;
        at += ROWS_AT_ONCE;
        await insert(first, Math.min(ROWS_AT_ONCE, count - first));
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, write));
  } else {
    for (let at = 0; at < count; at++) {
      const waitMs = beganMs + (at * 1000) / perSecond - nowMs();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      await insert(at, 1);
    }
  }
  await database.end();
  return beganMs;
});
