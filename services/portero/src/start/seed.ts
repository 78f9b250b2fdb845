import { createHash } from "node:crypto";
import { seal } from "@portero/sealing";
import type { SupabaseClient } from "@supabase/supabase-js";
import { CONDOMINIUMS, type Condominium } from "./demo.ts";
import type { Installation, InstalledTenant } from "./installation.ts";

type Answer = { error: { message: string } | null };

async function must(doing: string, answer: PromiseLike<Answer>): Promise<void> {
  const { error } = await answer;
  if (error) throw new Error(`cannot ${doing}: ${error.message}`);
}

/** The same id at every start, so that an interrupted seed can go on. */
function idOf(tenantId: string, label: string): string {
  const hash = createHash("sha256").update(`${tenantId} ${label}`).digest("hex");
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** Fills an empty project with the two condominiums. `client` holds the secret key. Safe to repeat. */
export async function seed(client: SupabaseClient, installation: Installation): Promise<void> {
  for (const condominium of CONDOMINIUMS) {
    const installed = installation.tenants[condominium.key];
    if (installed) await seedTenant(client, condominium, installed);
  }
}

async function seedTenant(
  client: SupabaseClient,
  condominium: Condominium,
  installed: InstalledTenant,
): Promise<void> {
  const { tenantId, siteId, gateId, cameraId } = installed;
  const insert = (table: string, rows: object[]) =>
    must(
      `fill ${table}`,
      client.from(table).upsert(rows, {
        onConflict: table === "tenants" ? "id" : "tenant_id,id",
        ignoreDuplicates: true,
      }),
    );
  const own = { tenant_id: tenantId };

  await insert("tenants", [
    {
      id: tenantId,
      name: condominium.name,
      country: condominium.country,
      time_zone: condominium.timeZone,
    },
  ]);
  await insert("sites", [
    { ...own, id: siteId, name: condominium.site, public_key: installed.sitePublicKey },
  ]);
  const actuator =
    condominium.gate.kind === "mqtt"
      ? { kind: "mqtt" }
      : { kind: condominium.gate.kind, camera_id: cameraId, channel: 1 };
  await insert("gates", [
    { ...own, id: gateId, site_id: siteId, name: condominium.gate.name, actuator },
  ]);
  await seedMembers(client, condominium, installed);

  await insert(
    "units",
    condominium.units.map(({ name }) => ({ ...own, id: idOf(tenantId, name), name })),
  );
  await insert(
    "residents",
    condominium.units.map(({ name, resident, phone }) => ({
      ...own,
      id: idOf(tenantId, resident),
      unit_id: idOf(tenantId, name),
      full_name: resident,
      phone,
    })),
  );
  await insert(
    "vehicles",
    condominium.units.flatMap(({ resident, vehicles }) =>
      vehicles.map(({ plate, description }) => ({
        ...own,
        id: idOf(tenantId, plate),
        resident_id: idOf(tenantId, resident),
        plate,
        description,
      })),
    ),
  );
  const nowMs = Date.now();
  await insert(
    "visitor_passes",
    condominium.visitors.map(({ name, unit, vehicle }) => ({
      ...own,
      id: idOf(tenantId, name),
      unit_id: idOf(tenantId, unit),
      visitor_name: name,
      plate: vehicle.plate,
      valid_from: new Date(nowMs).toISOString(),
      valid_until: new Date(nowMs + 7 * 24 * 3_600_000).toISOString(),
      max_uses: 20,
    })),
  );
  await insert(
    "deny_list",
    condominium.denied.map(({ vehicle, reason }) => ({
      ...own,
      id: idOf(tenantId, vehicle.plate),
      plate: vehicle.plate,
      reason,
    })),
  );
}

async function seedMembers(
  client: SupabaseClient,
  condominium: Condominium,
  installed: InstalledTenant,
): Promise<void> {
  const { tenantId, siteId } = installed;
  const accounts = [
    ...condominium.people.map(({ role, name, email }) => ({
      role: role as string,
      name,
      email,
      password: installed.passwords[email] ?? "",
      siteId: null as string | null,
    })),
    {
      role: "edge",
      name: condominium.site,
      email: installed.edgeEmail,
      password: installed.edgePassword,
      siteId,
    },
  ];
  for (const { role, name, email, password, siteId: site } of accounts) {
    const userId = await accountOf(client, email, password);
    await must(
      "add a member",
      client
        .from("user_tenants")
        .upsert(
          { tenant_id: tenantId, user_id: userId, role, display_name: name, site_id: site },
          { onConflict: "tenant_id,user_id", ignoreDuplicates: true },
        ),
    );
  }
}

async function accountOf(client: SupabaseClient, email: string, password: string): Promise<string> {
  const { data, error } = await client.auth.admin.createUser({
    email,
    password,
    email_confirm: true,
  });
  if (data.user) return data.user.id;
  if (error?.code !== "email_exists")
    throw new Error(`cannot create the account ${email}: ${error?.message}`);
  const { data: list } = await client.auth.admin.listUsers({ perPage: 1000 });
  const known = list.users.find((user) => user.email === email);
  if (!known) throw new Error(`the account ${email} exists and cannot be found`);
  return known.id;
}

/** Where a camera is at this start, and its credentials, sealed to the site. */
export interface CameraPlace {
  baseUrl: string;
  username: string;
  password: string;
}

/** Writes down where the tenant's camera is: a simulated one has another port at each start. */
export async function placeCamera(
  client: SupabaseClient,
  condominium: Condominium,
  { tenantId, siteId, gateId, cameraId, sitePublicKey }: InstalledTenant,
  { baseUrl, username, password }: CameraPlace,
): Promise<void> {
  const own = { tenant_id: tenantId };
  await must(
    "place the camera",
    client.from("cameras").upsert(
      {
        ...own,
        id: cameraId,
        site_id: siteId,
        gate_id: gateId,
        name: condominium.camera,
        base_url: baseUrl,
      },
      { onConflict: "tenant_id,id" },
    ),
  );
  const sealed = await seal(sitePublicKey, JSON.stringify({ username, password }), {
    tenantId,
    siteId,
    cameraId,
  });
  await must(
    "seal the camera's credentials",
    client
      .from("camera_credentials")
      .upsert({ ...own, camera_id: cameraId, sealed }, { onConflict: "tenant_id,camera_id" }),
  );
}
