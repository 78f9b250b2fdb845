import type { StoreClient } from "../client.ts";
import type { Json } from "../database.types.ts";
import { StoreError, unwrap } from "../errors.ts";
import type { PersonCounts, PersonSubject, PrivacySettings } from "./words.ts";

/** @throws {StoreError} */
export async function readPrivacy(
  client: StoreClient,
  tenantId: string,
  signal: AbortSignal,
): Promise<PrivacySettings> {
  const answer = await client
    .from("privacy_settings")
    .select("*")
    .eq("tenant_id", tenantId)
    .abortSignal(signal)
    .single();
  const row = unwrap("read how long data is kept", answer);
  return {
    updatedAt: row.updated_at,
    picturesDays: row.pictures_days,
    strangerPlatesDays: row.stranger_plates_days,
    passesDays: row.passes_days,
    eventsDays: row.events_days,
    auditDays: row.audit_days,
  };
}

/** @throws {StoreError} `conflict` with `detailCode` "changed" when somebody has changed them meanwhile */
export async function savePrivacy(
  client: StoreClient,
  tenantId: string,
  settings: PrivacySettings,
): Promise<void> {
  const answer = await client
    .from("privacy_settings")
    .update({
      pictures_days: settings.picturesDays,
      stranger_plates_days: settings.strangerPlatesDays,
      passes_days: settings.passesDays,
      events_days: settings.eventsDays,
      audit_days: settings.auditDays,
    })
    .eq("tenant_id", tenantId)
    .eq("updated_at", settings.updatedAt)
    .select("tenant_id");
  if (unwrap("change how long data is kept", answer).length === 0) {
    throw new StoreError("conflict", "change how long data is kept: changed by somebody else", {
      detailCode: "changed",
    });
  }
}

const toWire = ({ residentIds, passIds, plates }: PersonSubject): Json => ({
  resident_ids: residentIds,
  pass_ids: passIds,
  plates,
});

/** How much there is about a person. @throws {StoreError} `not_found` for nobody */
export async function personSummary(
  client: StoreClient,
  tenantId: string,
  subject: PersonSubject,
  signal: AbortSignal,
): Promise<PersonCounts> {
  const answer = await client
    .rpc("person_summary", { p_tenant_id: tenantId, p_subject: toWire(subject) })
    .abortSignal(signal);
  return unwrap("count a person's data", answer) as unknown as PersonCounts;
}

/** Everything about a person, as it is stored; that it was taken out is recorded. @throws {StoreError} */
export async function exportPerson(
  client: StoreClient,
  tenantId: string,
  subject: PersonSubject,
  reference: string,
): Promise<object> {
  const answer = await client.rpc("export_person", {
    p_tenant_id: tenantId,
    p_subject: toWire(subject),
    p_reference: reference,
  });
  return unwrap("export a person's data", answer) as object;
}

/** Takes a person out of register, events, pictures and record, in one transaction. @throws {StoreError} */
export async function erasePerson(
  client: StoreClient,
  tenantId: string,
  subject: PersonSubject,
  reference: string,
): Promise<PersonCounts> {
  const answer = await client.rpc("erase_person", {
    p_tenant_id: tenantId,
    p_subject: toWire(subject),
    p_reference: reference,
  });
  return unwrap("erase a person's data", answer) as unknown as PersonCounts;
}
