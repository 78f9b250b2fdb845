import type { StoreClient } from "../client.ts";
import { unwrap } from "../errors.ts";
import { gateCommandOf } from "./rows.ts";
import type { GateCommand } from "./words.ts";

/** What a guard asks of a gate. `id` is made by the screen: asking twice with it opens once (safety G2, G10). */
export interface GateRequest {
  id: string;
  tenantId: string;
  gateId: string;
  reason: string;
  alertEventId: string | null;
}

/**
 * Asks for an opening. The same id again answers with the first command.
 * @throws {StoreError} `conflict` when somebody else has opened for this alert, or when it is history
 */
export async function requestOpening(
  client: StoreClient,
  request: GateRequest,
  signal: AbortSignal,
): Promise<GateCommand> {
  const { id, tenantId, gateId, reason, alertEventId } = request;
  const commands = client.from("gate_commands");
  const answer = await commands
    .insert({ id, tenant_id: tenantId, gate_id: gateId, reason, alert_event_id: alertEventId })
    .select()
    .abortSignal(signal)
    .single();
  if (answer.error?.code === "23505") {
    const mine = await commands
      .select("*")
      .eq("tenant_id", tenantId)
      .eq("id", id)
      .abortSignal(signal)
      .maybeSingle();
    if (mine.data) return gateCommandOf(mine.data);
  }
  return gateCommandOf(unwrap("ask for an opening", answer));
}

/** Records that nobody opens for this alert. Saying it twice changes nothing. @throws {StoreError} */
export async function refuseEntry(
  client: StoreClient,
  tenantId: string,
  alertEventId: string,
  reason: string,
): Promise<void> {
  unwrap(
    "refuse the entry",
    await client.rpc("refuse_entry", {
      p_tenant_id: tenantId,
      p_alert_event_id: alertEventId,
      p_reason: reason,
    }),
  );
}

/** Records what the guard reads on the plate. @throws {StoreError} */
export async function correctPlate(
  client: StoreClient,
  tenantId: string,
  alertEventId: string,
  plate: string,
): Promise<void> {
  unwrap(
    "correct the plate",
    await client.rpc("correct_plate", {
      p_tenant_id: tenantId,
      p_alert_event_id: alertEventId,
      p_plate: plate,
    }),
  );
}
