import { type ImportCounts, StoreError } from "@portero/store";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { registerQuery, useTenant } from "../app/tenant.tsx";
import { type ImportThread, startImportThread } from "./import-thread.ts";
import type { PlanSummary, ReadSummary } from "./import-worker.ts";
import type { ReadingFault } from "./reading.ts";

export interface Planned {
  read: ReadSummary;
  plan: PlanSummary;
  /** Counts the comparisons: with each the lines are others. */
  version: number;
}

export type ImportState =
  | { kind: "start"; fault: ReadingFault | null }
  | { kind: "reading" }
  | ({ kind: "planned"; error: unknown } & Planned)
  | ({ kind: "importing" } & Planned)
  | { kind: "done"; plan: PlanSummary; counts: ImportCounts };

/** A list on its way into the register: read, compared, looked at, carried out. */
export function useImport() {
  const tenant = useTenant();
  const queries = useQueryClient();
  const [state, setState] = useState<ImportState>({ kind: "start", fault: null });
  const thread = useRef<ImportThread | null>(null);
  const version = useRef(0);
  useEffect(
    () => () => {
      thread.current?.close();
      thread.current = null;
    },
    [],
  );
  const ask: ImportThread["ask"] = (task, ...args) => {
    thread.current ??= startImportThread();
    return thread.current.ask(task, ...args);
  };

  /** Compares with the register as it is now. */
  const compare = async (read: ReadSummary, error: unknown = null) => {
    const register = { ...registerQuery(tenant), staleTime: 0 };
    const { units, residents, vehicles, denied } = await queries.fetchQuery(register);
    const plan = await ask("plan", read.columns, { units, residents, vehicles, denied });
    setState({ kind: "planned", read, plan, error, version: version.current++ });
  };

  return {
    state,
    lines: ((...asked) => ask("lines", ...asked)) as LinesOf,
    async read(source: string | Blob) {
      setState({ kind: "reading" });
      try {
        const read = await ask("read", source);
        if (typeof read === "string") setState({ kind: "start", fault: read });
        else await compare(read);
      } catch (error) {
        setState({
          kind: "start",
          fault: error instanceof StoreError ? "unreachable" : "not_text",
        });
      }
    },
    /** The person knows better what a column holds. */
    async choose(planned: Planned, columns: ReadSummary["columns"]) {
      const read = { ...planned.read, columns };
      await compare(read).catch((error: unknown) =>
        setState({ kind: "planned", ...planned, error }),
      );
    },
    async carryOut({ read, plan, version: seen }: Planned) {
      setState({ kind: "importing", read, plan, version: seen });
      try {
        const counts = await tenant.data.importRegister(await ask("batch"));
        setState({ kind: "done", plan, counts });
        void queries.invalidateQueries(registerQuery(tenant));
      } catch (error) {
        setState({ kind: "planned", read, plan, error, version: seen });
        // Somebody was faster, or it was carried out and the answer got lost: comparing anew tells.
        await compare(read, error).catch(() => {});
      }
    },
    startAnew: () => setState({ kind: "start", fault: null }),
  };
}

export type LinesOf = (
  ...asked: Parameters<import("./import-worker.ts").ImportTasks["lines"]>
) => Promise<Awaited<ReturnType<import("./import-worker.ts").ImportTasks["lines"]>>>;
