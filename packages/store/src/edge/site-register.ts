import type { CameraZone, GateMode, Mask, Register, Schedule } from "@portero/access";
import type { StoreClient } from "../client.ts";
import { unwrap } from "../errors.ts";
import { openingRulesFrom } from "../opening-rules.ts";

/** How a gate is moved: one actuator, chosen in configuration. */
export type Actuator =
  | { kind: "isapi_relay"; camera_id: string; output: number }
  | { kind: "isapi_barrier"; camera_id: string; channel: number }
  | { kind: "isapi_door"; camera_id: string; door: number }
  /** `has_position`: false where the barrier's controller has no position input; default true. */
  | { kind: "mqtt"; has_position?: boolean };

export interface SiteGate {
  id: string;
  name: string;
  mode: GateMode;
  actuator: Actuator;
}

export interface SiteCamera {
  id: string;
  name: string;
  gateId: string | null;
  baseUrl: string;
  stream: number;
  direction: "entry" | "exit";
  zone: CameraZone | null;
  /** Blackened before anything else sees a frame. */
  masks: readonly Mask[];
  /** Sealed to the site's key; null until someone has entered credentials. */
  sealedCredentials: string | null;
}

/** Everything a site needs to run without the cloud. */
export interface SiteRegister extends Register {
  tenantId: string;
  siteId: string;
  gates: SiteGate[];
  cameras: SiteCamera[];
}

const PAGE_ROWS = 1000;

/** All rows of a query, page by page: PostgREST answers at most `max-rows` at once. */
async function allRows<Row>(
  doing: string,
  page: (
    from: number,
    to: number,
  ) => PromiseLike<{ data: Row[] | null; error: { message: string } | null; status: number }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const next = unwrap<Row[] | null>(doing, await page(rows.length, rows.length + PAGE_ROWS - 1));
    rows.push(...next);
    if (next.length < PAGE_ROWS) return rows;
  }
}

interface VehicleRow {
  id: string;
  plate: string;
  valid_from: string;
  valid_until: string | null;
  schedule: Schedule | null;
  residents: { id: string; full_name: string; active: boolean; units: { name: string } };
}

interface PassRow {
  id: string;
  plate: string;
  visitor_name: string;
  valid_from: string;
  valid_until: string;
  schedule: Schedule | null;
  max_uses: number;
  uses: number;
  units: { name: string };
}

/** Reads the tenant's register and the site's gates and cameras. @throws {StoreError} */
export async function siteRegisterOf(
  client: StoreClient,
  tenantId: string,
  siteId: string,
  signal: AbortSignal,
): Promise<SiteRegister> {
  // The version is read first: a change in between makes the copy look older than it is, never newer.
  const version = unwrap(
    "read the register's version",
    await client.rpc("register_version", { p_tenant_id: tenantId }).abortSignal(signal),
  ) as number;
  const tenant = unwrap(
    "read the tenant",
    await client
      .from("tenants")
      .select("country, time_zone")
      .eq("id", tenantId)
      .abortSignal(signal)
      .single(),
  );
  const [vehicles, passes, denied, gates, cameras, openingRules] = await Promise.all([
    allRows<VehicleRow>("read the vehicles", (from, to) =>
      client
        .from("vehicles")
        .select(
          "id, plate, valid_from, valid_until, schedule, residents!inner(id, full_name, active, units!inner(name))",
        )
        .eq("tenant_id", tenantId)
        .eq("active", true)
        .eq("residents.active", true)
        .order("id")
        .range(from, to)
        .abortSignal(signal)
        .overrideTypes<VehicleRow[], { merge: false }>(),
    ),
    allRows<PassRow>("read the passes", (from, to) =>
      client
        .from("visitor_passes")
        .select(
          "id, plate, visitor_name, valid_from, valid_until, schedule, max_uses, uses, units!inner(name)",
        )
        .eq("tenant_id", tenantId)
        .is("revoked_at", null)
        .not("plate", "is", null)
        .gt("valid_until", new Date(Date.now() - 24 * 3_600_000).toISOString())
        .order("id")
        .range(from, to)
        .abortSignal(signal)
        .overrideTypes<PassRow[], { merge: false }>(),
    ),
    allRows<{ plate: string; reason: string }>("read the deny list", (from, to) =>
      client
        .from("deny_list")
        .select("plate, reason")
        .eq("tenant_id", tenantId)
        .order("plate")
        .range(from, to)
        .abortSignal(signal),
    ),
    client
      .from("gates")
      .select("id, name, mode, actuator")
      .eq("tenant_id", tenantId)
      .eq("site_id", siteId)
      .abortSignal(signal)
      .then((answer) => unwrap("read the gates", answer)),
    client
      .from("cameras")
      .select(
        "id, name, gate_id, base_url, stream, direction, settings, camera_credentials(sealed)",
      )
      .eq("tenant_id", tenantId)
      .eq("site_id", siteId)
      .eq("active", true)
      .order("name")
      .abortSignal(signal)
      .then((answer) => unwrap("read the cameras", answer)),
    client
      .from("opening_rules")
      .select("min_agreeing_frames, min_lead, min_character_confidence")
      .eq("tenant_id", tenantId)
      .abortSignal(signal)
      .single()
      .then((answer) => openingRulesFrom(unwrap("read the opening rules", answer))),
  ]);

  return {
    tenantId,
    siteId,
    version,
    country: tenant.country as string,
    timeZone: tenant.time_zone as string,
    openingRules,
    vehicles: vehicles.map((row) => ({
      vehicleId: row.id,
      plate: row.plate,
      residentId: row.residents.id,
      residentName: row.residents.full_name,
      unitName: row.residents.units.name,
      validFromMs: Date.parse(row.valid_from),
      validUntilMs: row.valid_until === null ? null : Date.parse(row.valid_until),
      schedule: row.schedule,
    })),
    passes: passes.map((row) => ({
      passId: row.id,
      plate: row.plate,
      visitorName: row.visitor_name,
      unitName: row.units.name,
      validFromMs: Date.parse(row.valid_from),
      validUntilMs: Date.parse(row.valid_until),
      schedule: row.schedule,
      maxUses: row.max_uses,
      uses: row.uses,
    })),
    denied: denied.map(({ plate, reason }) => ({ plate, reason })),
    gates: gates.map((row) => ({
      id: row.id as string,
      name: row.name as string,
      mode: row.mode as GateMode,
      actuator: row.actuator as Actuator,
    })),
    cameras: cameras.map((row) => {
      const sealed = row.camera_credentials as unknown as
        | { sealed: string }
        | { sealed: string }[]
        | null;
      return {
        id: row.id as string,
        name: row.name as string,
        gateId: row.gate_id as string | null,
        baseUrl: row.base_url as string,
        stream: row.stream as number,
        direction: row.direction as "entry" | "exit",
        ...viewOf(row.settings),
        sealedCredentials: (Array.isArray(sealed) ? sealed[0]?.sealed : sealed?.sealed) ?? null,
      };
    }),
  };
}

/** The database takes nothing else into the settings. */
function viewOf(settings: unknown): Pick<SiteCamera, "zone" | "masks"> {
  const { zone, masks } = (settings ?? {}) as { zone?: CameraZone; masks?: Mask[] };
  return { zone: zone ?? null, masks: masks ?? [] };
}
