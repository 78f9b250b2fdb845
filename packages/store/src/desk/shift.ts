import type { StoreClient } from "../client.ts";
import { unwrap } from "../errors.ts";
import type { GateMode } from "./words.ts";

/** Ends this guard's shift with a note; what is open is counted by the database. @throws {StoreError} */
export async function handOver(client: StoreClient, tenantId: string, note: string): Promise<void> {
  unwrap(
    "hand the shift over",
    await client.rpc("hand_over", { p_tenant_id: tenantId, p_note: note }),
  );
}

/** Begins a shift where another one ended; the first to say so has it. @throws {StoreError} */
export async function takeOver(
  client: StoreClient,
  tenantId: string,
  handoverEventId: string,
): Promise<void> {
  unwrap(
    "take the shift over",
    await client.rpc("take_over", {
      p_tenant_id: tenantId,
      p_handover_event_id: handoverEventId,
    }),
  );
}

/** @throws {StoreError} `invalid` for a mode that no gate here can be in */
export async function setGateMode(
  client: StoreClient,
  tenantId: string,
  gateId: string,
  mode: GateMode,
  reason: string,
): Promise<void> {
  unwrap(
    "change how the gate is run",
    await client.rpc("set_gate_mode", {
      p_tenant_id: tenantId,
      p_gate_id: gateId,
      p_mode: mode,
      p_reason: reason,
    }),
  );
}
