import type { Log } from "@portero/runtime";
import type { EdgeStore, Json, OrderKind, OrderStatus, SiteOrder } from "@portero/store";
import type { ServerClock } from "./server-clock.ts";

/** What a worker has to say about an order: an object. */
type OrderResult = NonNullable<Json>;

/**
 * Carries one kind of order out. `tell` shows whoever asked how far it is; what is returned is the last word.
 * `untilMs` is the order's end on the monotonic clock. What is thrown is told as `failed`.
 */
export type OrderHandler = (
  order: SiteOrder,
  run: { untilMs: number; tell(result: OrderResult): void },
  signal: AbortSignal,
) => Promise<OrderResult>;

const MOST_REMEMBERED = 1000;

export interface SiteOrders {
  /** Carries an order out once, however often it is told. */
  execute(order: SiteOrder, signal: AbortSignal): void;
  /** Orders under way; wait for them before the process ends. */
  settled(): Promise<void>;
}

/** What people ask of the site besides moving a gate: beside the lanes' work, never in its way. */
export function createSiteOrders(options: {
  handlers: Partial<Record<OrderKind, OrderHandler>>;
  cloud: Pick<EdgeStore, "reportOrder">;
  clock: ServerClock;
  log: Log;
}): SiteOrders {
  const { handlers, cloud, clock, log } = options;
  /** Orders that were begun, until long after the cloud stops telling of them. */
  const begun = new Map<string, Promise<void>>();

  async function carryOut(order: SiteOrder, signal: AbortSignal): Promise<void> {
    const { id, kind } = order;
    // One after the other, so that no report overtakes another.
    let reports = Promise.resolve();
    const report = (status: OrderStatus, result: OrderResult) => {
      reports = reports
        .then(() => cloud.reportOrder(id, status, result, signal))
        .catch((err) => log.warn({ err, orderId: id, kind }, "an order's result was not told"));
      return reports;
    };
    const remainingMs = clock.remainingMs(order.expiresAtMs);
    const handler = handlers[kind];
    // An order that is over is marked so by the database.
    if (remainingMs === null || remainingMs <= 0) return;
    if (!handler) return await report("failed", { code: "not_offered" });
    try {
      const untilMs = performance.now() + remainingMs;
      const tell = (result: OrderResult) => void report("running", result);
      tell({});
      await report("done", await handler(order, { untilMs, tell }, signal));
    } catch (err) {
      if (signal.aborted) return;
      log.error({ err, orderId: id, kind }, "an order could not be carried out");
      await report("failed", { code: "site_fault" });
    }
  }

  return {
    execute(order, signal) {
      if (begun.has(order.id) || order.status !== "requested") return;
      const work = carryOut(order, signal);
      begun.set(order.id, work);
      // Told again only while it is `requested`: a report that got lost must not begin it anew.
      if (begun.size > MOST_REMEMBERED) begun.delete(begun.keys().next().value as string);
    },
    settled: async () => {
      await Promise.all(begun.values());
    },
  };
}
