import type { StoreClient } from "../client.ts";
import { unwrap } from "../errors.ts";

/**
 * Says that somebody looks at these cameras of a site: for half a minute its box uploads a small picture of each every
 * few seconds. @throws {StoreError}
 */
export async function wishToSee(
  client: StoreClient,
  tenantId: string,
  siteId: string,
  cameraIds: readonly string[],
): Promise<void> {
  const answer = await client.from("site_orders").insert({
    tenant_id: tenantId,
    site_id: siteId,
    kind: "live_view",
    request: { camera_ids: [...cameraIds] },
  });
  unwrap("ask for live pictures", answer);
}

/** The live picture as it is now: one object, overwritten, which no cache may answer for. @throws {StoreError} */
export async function livePicture(
  client: StoreClient,
  tenantId: string,
  cameraId: string,
  signal: AbortSignal,
): Promise<Blob> {
  const answer = await client.storage
    .from("snapshots")
    .download(`${tenantId}/live/${cameraId}.jpg`, {}, { cache: "no-store", signal });
  return unwrap("fetch a live picture", answer);
}
