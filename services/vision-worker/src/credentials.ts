import type { Credentials } from "@portero/isapi";
import { open, type SealingContext, SealingError } from "@portero/sealing";

/**
 * Opens a camera's credentials that were sealed to this site.
 * @throws {SealingError} for another site's or camera's, and for a text that is none
 */
export async function openCredentials(
  privateKey: string,
  sealed: string,
  context: SealingContext,
): Promise<Credentials> {
  const { tenantId, siteId, cameraId } = context;
  const plain = await open(privateKey, sealed, { tenantId, siteId, cameraId });
  try {
    const { username, password } = JSON.parse(plain) as Partial<Credentials>;
    if (typeof username === "string" && typeof password === "string") return { username, password };
  } catch {
    // Told below, without the text: it may hold a password.
  }
  throw new SealingError("malformed", "what was sealed is no user name and password");
}
