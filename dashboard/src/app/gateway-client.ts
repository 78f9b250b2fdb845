import { StoreError, type StoreErrorCode } from "@portero/store";
import { useMemo } from "react";
import { useSession } from "../session/session.tsx";
import { useTenant } from "./tenant.tsx";

export interface Invitation {
  email: string;
  displayName: string;
  role: "admin" | "guard" | "viewer";
}

/** The few things that need more than the person's own rights: `gateway` does them after checking who asks. */
export interface GatewayClient {
  /**
   * Lets somebody in: mails a link to whoever has no account yet.
   * @throws {StoreError} `conflict` for a member, `invalid`, `forbidden`, `unreachable`; `detailCode` "not_configured"
   * where this installation cannot invite
   */
  invite(invitation: Invitation): Promise<void>;
  /** Takes a member's access away or gives it back; their open screens follow within seconds. @throws {StoreError} */
  setActive(userId: string, active: boolean): Promise<void>;
}

const LIMIT_MS = 15_000;

const CODES: Record<number, StoreErrorCode> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  429: "unreachable",
  502: "unreachable",
  503: "unreachable",
};

/** What gateway does for the tenant on the screen, in the name of whoever is logged in. */
export function useGateway(): GatewayClient {
  const { data } = useSession();
  const { tenantId } = useTenant().membership;
  return useMemo(() => {
    const post = async (path: string, body: object): Promise<void> => {
      const token = await data.accessToken();
      const response = await fetch(`/api/tenants/${tenantId}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(LIMIT_MS),
      }).catch((cause: unknown) => {
        throw new StoreError("unreachable", `gateway ${path}`, { cause });
      });
      if (response.ok) return;
      const said = (await response.json().catch(() => null)) as {
        code?: string;
        message?: string;
      } | null;
      throw new StoreError(
        CODES[response.status] ?? "unexpected",
        said?.message ?? `gateway ${path}: ${response.status}`,
        { detailCode: said?.code },
      );
    };
    return {
      invite: (invitation) => post("/invitations", invitation),
      setActive: (userId, active) => post(`/members/${userId}/active`, { active }),
    };
  }, [data, tenantId]);
}
