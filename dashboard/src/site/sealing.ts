import { seal } from "@portero/sealing";

/** Browsers seal only on pages that came over https, or from this machine. */
export const canSeal = () => globalThis.isSecureContext;

/** Seals a camera's credentials to its site: nobody between this browser and the box at the gate can read them. */
export function sealCredentials(
  publicKey: string,
  credentials: { username: string; password: string },
  context: { tenantId: string; siteId: string; cameraId: string },
): Promise<string> {
  return seal(publicKey, JSON.stringify(credentials), context);
}
