import { randomUUID } from "node:crypto";
import { generateSiteKeyPair, type SiteKeyPair, seal } from "@portero/sealing";
import type { SupabaseClient } from "@supabase/supabase-js";

export interface TestAccount {
  email: string;
  password: string;
  userId: string;
}

/** A condominium with one site, one gate, one camera, a unit, and an account of each role. */
export interface TestTenant {
  tenantId: string;
  siteId: string;
  gateId: string;
  cameraId: string;
  unitId: string;
  residentId: string;
  keys: SiteKeyPair;
  accounts: Record<"owner" | "admin" | "guard" | "viewer" | "edge", TestAccount>;
  /** Enrols vehicles of the tenant's resident. */
  enrol(...plates: string[]): Promise<void>;
}

export interface TestTenantOptions {
  country?: string;
  /** Where the camera is; its credentials are sealed to the site. */
  camera?: { url: string; username: string; password: string };
  actuator?: Record<string, unknown>;
}

/** Makes a tenant with the secret key's client. */
export async function createTenant(
  admin: SupabaseClient,
  options: TestTenantOptions = {},
): Promise<TestTenant> {
  const [tenantId, siteId, gateId, cameraId, unitId, residentId] = Array.from({ length: 6 }, () =>
    randomUUID(),
  ) as [string, string, string, string, string, string];
  const keys = await generateSiteKeyPair();
  const own = { tenant_id: tenantId };
  const insert = async (table: string, row: object) => {
    const { error } = await admin.from(table).insert(row);
    if (error) throw new Error(`${table}: ${error.message}`);
  };
  await insert("tenants", {
    id: tenantId,
    name: `Tenant ${tenantId.slice(0, 4)}`,
    country: options.country ?? "mx",
  });
  await insert("sites", { ...own, id: siteId, name: "Acceso", public_key: keys.publicKey });
  const actuator = { kind: "isapi_barrier", camera_id: cameraId, channel: 1, ...options.actuator };
  await insert("gates", { ...own, id: gateId, site_id: siteId, name: "Portón", actuator });
  const { url, username, password } = options.camera ?? {
    url: "http://127.0.0.1:9",
    username: "admin",
    password: "none",
  };
  await insert("cameras", {
    ...own,
    id: cameraId,
    site_id: siteId,
    gate_id: gateId,
    name: "Entrada",
    base_url: url,
  });
  const sealed = await seal(keys.publicKey, JSON.stringify({ username, password }), {
    tenantId,
    siteId,
    cameraId,
  });
  await insert("camera_credentials", { ...own, camera_id: cameraId, sealed });
  await insert("units", { ...own, id: unitId, name: "Casa 14" });
  await insert("residents", {
    ...own,
    id: residentId,
    unit_id: unitId,
    full_name: "Familia Rojas",
  });

  const roles = ["owner", "admin", "guard", "viewer", "edge"] as const;
  const accounts = await Promise.all(
    roles.map(async (role) => {
      const email = `${role}-${tenantId.slice(0, 8)}@test.example`;
      const accountPassword = randomUUID();
      const { data, error } = await admin.auth.admin.createUser({
        email,
        password: accountPassword,
        email_confirm: true,
      });
      if (error) throw error;
      const site_id = role === "edge" ? siteId : null;
      await insert("user_tenants", {
        ...own,
        user_id: data.user.id,
        role,
        display_name: role,
        site_id,
      });
      return [role, { email, password: accountPassword, userId: data.user.id }] as const;
    }),
  );
  return {
    tenantId,
    siteId,
    gateId,
    cameraId,
    unitId,
    residentId,
    keys,
    accounts: Object.fromEntries(accounts) as TestTenant["accounts"],
    async enrol(...plates) {
      for (const plate of plates)
        await insert("vehicles", { ...own, resident_id: residentId, plate });
    },
  };
}
