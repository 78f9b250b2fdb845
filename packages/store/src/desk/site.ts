import type { CameraTestRequest, CameraTestResult, CameraZone, Mask } from "@portero/access";
import type { StoreClient } from "../client.ts";
import type { Json } from "../database.types.ts";
import { StoreError, unwrap } from "../errors.ts";
import type { Camera, Gate } from "./words.ts";

/** A code for a site's box, shown this once. */
export interface EnrolmentCode {
  code: string;
  expiresAtMs: number;
}

/** The last code of a site and what became of it. */
export interface Enrolment {
  createdAtMs: number;
  expiresAtMs: number;
  usedAtMs: number | null;
  boxName: string | null;
}

export interface CameraValues {
  siteId: string;
  gateId: string | null;
  name: string;
  baseUrl: string;
  stream: number;
  direction: Camera["direction"];
}

export interface GateValues {
  siteId: string;
  name: string;
  actuator: Gate["actuator"];
}

/** What an administrator sets up. */
export type SetupTable = "sites" | "cameras" | "gates";

/** What became of an order to a site. `expired`: its worker never took it. */
export interface SiteOrderState {
  status: "requested" | "running" | "done" | "failed" | "expired";
  requestedAtMs: number;
  result: CameraTestResult;
}

/** Answers with the new site's id. @throws {StoreError} */
export async function addSite(
  client: StoreClient,
  tenantId: string,
  name: string,
): Promise<string> {
  const answer = await client
    .from("sites")
    .insert({ tenant_id: tenantId, name })
    .select("id")
    .single();
  return unwrap("add a site", answer).id;
}

/** @throws {StoreError} `forbidden` when nothing was changed */
export async function renameSite(
  client: StoreClient,
  tenantId: string,
  id: string,
  name: string,
): Promise<void> {
  const answer = await client
    .from("sites")
    .update({ name })
    .eq("tenant_id", tenantId)
    .eq("id", id)
    .select("id");
  if (unwrap("rename a site", answer).length === 0) {
    throw new StoreError("forbidden", "rename a site: no such row or not allowed");
  }
}

/** Ends every code that the site had before. @throws {StoreError} */
export async function makeEnrolmentCode(
  client: StoreClient,
  tenantId: string,
  siteId: string,
): Promise<EnrolmentCode> {
  const made = unwrap(
    "make an enrolment code",
    await client.rpc("create_enrolment_code", { p_tenant_id: tenantId, p_site_id: siteId }),
  ) as { code: string; expires_at: string };
  return { code: made.code, expiresAtMs: Date.parse(made.expires_at) };
}

/** @throws {StoreError} */
export async function lastEnrolment(
  client: StoreClient,
  tenantId: string,
  siteId: string,
  signal: AbortSignal,
): Promise<Enrolment | null> {
  const answer = await client
    .from("enrolment_codes")
    .select("created_at, expires_at, used_at, box_name")
    .eq("tenant_id", tenantId)
    .eq("site_id", siteId)
    .order("created_at", { ascending: false })
    .limit(1)
    .abortSignal(signal);
  const [row] = unwrap("read the site's last code", answer);
  if (!row) return null;
  return {
    createdAtMs: Date.parse(row.created_at),
    expiresAtMs: Date.parse(row.expires_at),
    usedAtMs: row.used_at === null ? null : Date.parse(row.used_at),
    boxName: row.box_name,
  };
}

/** For an edit: what was on the screen. A new camera has its id from the screen, which sealed credentials for it. */
export type Known = { id: string; updatedAt: string | null };

/**
 * Saves a camera and, where some were typed, its sealed credentials. Repeated with the same id it changes nothing more.
 * @throws {StoreError} `conflict` with `detailCode` "changed" when somebody else has changed it meanwhile
 */
export async function saveCamera(
  client: StoreClient,
  tenantId: string,
  { id, updatedAt }: Known,
  values: CameraValues,
  sealed: string | null,
): Promise<void> {
  const { siteId, gateId, name, baseUrl, stream, direction } = values;
  const row = { site_id: siteId, gate_id: gateId, name, base_url: baseUrl, stream, direction };
  if (updatedAt === null) {
    const camera = { ...row, tenant_id: tenantId, id };
    unwrap(
      "add a camera",
      await client.from("cameras").upsert(camera, { onConflict: "tenant_id,id" }).select("id"),
    );
  } else {
    const answer = await client
      .from("cameras")
      .update(row)
      .eq("tenant_id", tenantId)
      .eq("id", id)
      .eq("updated_at", updatedAt)
      .select("id");
    mustBeOne("change a camera", unwrap("change a camera", answer));
  }
  if (sealed === null) return;
  unwrap(
    "store sealed credentials",
    await client.rpc("set_camera_credentials", {
      p_tenant_id: tenantId,
      p_camera_id: id,
      p_sealed: sealed,
    }),
  );
}

/** Where the lane is in the picture, and what nobody may see. @throws {StoreError} as `saveCamera` */
export async function saveCameraView(
  client: StoreClient,
  tenantId: string,
  { id, updatedAt }: Known,
  view: { zone: CameraZone | null; masks: readonly Mask[] },
): Promise<void> {
  const settings = { ...(view.zone && { zone: view.zone }), masks: view.masks };
  const answer = await client
    .from("cameras")
    .update({ settings: settings as unknown as NonNullable<Json> })
    .eq("tenant_id", tenantId)
    .eq("id", id)
    .eq("updated_at", updatedAt ?? "")
    .select("id");
  mustBeOne("change a camera's view", unwrap("change a camera's view", answer));
}

/** Answers with the gate's id. @throws {StoreError} as `saveCamera` */
export async function saveGate(
  client: StoreClient,
  tenantId: string,
  known: Known | null,
  { siteId, name, actuator }: GateValues,
): Promise<string> {
  const row = { site_id: siteId, name, actuator: actuator as unknown as NonNullable<Json> };
  if (!known?.updatedAt) {
    const answer = await client
      .from("gates")
      .insert({ ...row, tenant_id: tenantId })
      .select("id")
      .single();
    return unwrap("add a gate", answer).id;
  }
  const answer = await client
    .from("gates")
    .update(row)
    .eq("tenant_id", tenantId)
    .eq("id", known.id)
    .eq("updated_at", known.updatedAt)
    .select("id");
  mustBeOne("change a gate", unwrap("change a gate", answer));
  return known.id;
}

/** A site goes only when its cameras and gates have gone. @throws {StoreError} `forbidden` when nothing was removed */
export async function removeSetup(
  client: StoreClient,
  tenantId: string,
  table: SetupTable,
  id: string,
): Promise<void> {
  const answer = await client
    .from(table)
    .delete()
    .eq("tenant_id", tenantId)
    .eq("id", id)
    .select("id");
  if (unwrap(`remove from ${table}`, answer).length === 0) {
    throw new StoreError("forbidden", `remove from ${table}: no such row or not allowed`);
  }
}

/** What a person saw when a gate was tested by this command. @throws {StoreError} */
export async function recordGateTest(
  client: StoreClient,
  tenantId: string,
  commandId: string,
  hasMoved: boolean,
): Promise<void> {
  const args = { p_tenant_id: tenantId, p_command_id: commandId, p_moved: hasMoved };
  unwrap("record a gate's test", await client.rpc("record_gate_test", args));
}

/** Asks a site to test a camera; answers with the order's id. @throws {StoreError} */
export async function orderCameraTest(
  client: StoreClient,
  tenantId: string,
  siteId: string,
  request: CameraTestRequest,
  sealed: string | null,
): Promise<string> {
  const answer = await client
    .from("site_orders")
    .insert({
      tenant_id: tenantId,
      site_id: siteId,
      kind: "camera_test",
      request,
      ...(sealed !== null && { sealed }),
    })
    .select("id")
    .single();
  return unwrap("ask for a camera's test", answer).id;
}

/** How far an order is. @throws {StoreError} `not_found` */
export async function siteOrder(
  client: StoreClient,
  tenantId: string,
  id: string,
  signal: AbortSignal,
): Promise<SiteOrderState> {
  const answer = await client
    .from("site_orders")
    .select("status, requested_at, result")
    .eq("tenant_id", tenantId)
    .eq("id", id)
    .abortSignal(signal)
    .single();
  const { status, requested_at, result } = unwrap("read an order", answer);
  const said = (result ?? {}) as Partial<CameraTestResult>;
  return {
    status: status as SiteOrderState["status"],
    requestedAtMs: Date.parse(requested_at),
    // A worker that could not carry it out says no steps.
    result: { ...said, outcomes: said.outcomes ?? [] },
  };
}

function mustBeOne(doing: string, rows: readonly unknown[]): void {
  if (rows.length === 1) return;
  throw new StoreError("conflict", `${doing}: changed by somebody else`, { detailCode: "changed" });
}
