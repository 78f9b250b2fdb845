import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SightingPayload } from "@portero/access";
import { loadConfig, Secret } from "@portero/runtime";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { Type } from "typebox";
import { anprReport, type KnownPlate, linesOf } from "./anpr-report.ts";
import { OperatorError } from "./operator-error.ts";

export interface AnprFlags {
  days: string;
  tenant?: string;
  json?: boolean;
  export?: string;
}

const Project = Type.Object({
  supabaseUrl: Type.String({ pattern: "^https?://" }),
  supabaseSecretKey: Secret({ description: "used here and kept nowhere" }),
});

const PAGE_ROWS = 1000;
const BUCKET = "snapshots";
const ADMITTED = ["resident_arrived", "visitor_arrived", "resident_departed", "visitor_departed"];
const ALERTING = ["unknown_vehicle", "access_denied", "vehicle_without_plate"];

interface EventRow {
  id: string;
  event_type: string;
  camera_id: string | null;
  occurred_at: string;
  payload: Partial<SightingPayload> & { alert_event_id?: string };
}

/** `portero anpr report`: how well plates are read, by what guards corrected; and crops for the next training. */
export async function anprCommand(
  flags: AnprFlags,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  const days = Number(flags.days);
  if (!(days > 0 && days <= 3650)) throw new OperatorError("--days: a number of days, such as 30");
  const { supabaseUrl, supabaseSecretKey } = loadConfig(Project, env);
  const client = createClient(supabaseUrl, supabaseSecretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const tenants = await tenantsOf(client, flags.tenant);
  const known: (KnownPlate & { country: string })[] = [];
  for (const tenant of tenants) {
    const since = new Date(Date.now() - days * 86_400_000).toISOString();
    const plates = await knownPlates(client, tenant, since);
    known.push(...plates.map((plate) => ({ ...plate, country: tenant.country })));
  }
  const report = anprReport(known);
  if (flags.json) say(JSON.stringify(report));
  else for (const line of linesOf(report)) say(line);
  if (!flags.export) return;
  const written = await exportCrops(client, known, flags.export);
  if (!flags.json) say(`\n${written} crops and crops.json written to ${flags.export}`);
}

interface Tenant {
  id: string;
  name: string;
  country: string;
  time_zone: string;
}

async function tenantsOf(client: SupabaseClient, name: string | undefined): Promise<Tenant[]> {
  const { data, error } = await client
    .from("tenants")
    .select("id, name, country, time_zone")
    .overrideTypes<Tenant[], { merge: false }>();
  if (error) throw new OperatorError(`the condominiums could not be read: ${error.message}`);
  const chosen = data.filter((tenant) => !name || tenant.name === name || tenant.id === name);
  if (chosen.length > 0) return chosen;
  const names = data.map((tenant) => tenant.name).join(", ") || "none at all";
  throw new OperatorError(`--tenant: no condominium of that name; there is ${names}`);
}

/** The vehicles of which somebody said what their plate is. */
async function knownPlates(
  client: SupabaseClient,
  { id, time_zone }: Tenant,
  since: string,
): Promise<KnownPlate[]> {
  const events = await eventsOf(client, id, since, [...ADMITTED, ...ALERTING, "plate_corrected"]);
  const cameras = await client.from("cameras").select("id, name").eq("tenant_id", id);
  if (cameras.error)
    throw new OperatorError(`the cameras could not be read: ${cameras.error.message}`);
  const nameOf = new Map(cameras.data.map((camera) => [camera.id, camera.name as string]));
  const hour = new Intl.DateTimeFormat("en", {
    timeZone: time_zone,
    hour: "numeric",
    hourCycle: "h23",
  });
  // The last word counts: a guard may correct himself.
  const corrections = new Map(
    events
      .filter(({ event_type }) => event_type === "plate_corrected")
      .map(({ payload }) => [payload.alert_event_id, payload.plate ?? ""]),
  );
  return events.flatMap((event): KnownPlate[] => {
    const { payload, event_type } = event;
    const isAdmitted = ADMITTED.includes(event_type);
    const truth = isAdmitted ? payload.plate : corrections.get(event.id);
    if (!truth) return [];
    return [
      {
        eventId: event.id,
        camera: nameOf.get(event.camera_id ?? "") ?? "a camera that is gone",
        hour: Number(hour.format(new Date(event.occurred_at))),
        read: isAdmitted ? readOf(payload) : (payload.plate ?? ""),
        truth,
        saidBy: isAdmitted ? "register" : "guard",
        picturePath: payload.plate_snapshot_path ?? null,
      },
    ];
  });
}

/** What the deciding frames showed of an admitted vehicle; O for 0 is no error where the format tells them apart. */
const readOf = ({ plate, characters }: Partial<SightingPayload>): string => {
  const read = characters?.map(({ character }) => character).join("") ?? "";
  return read.length > 0 ? read : (plate ?? "");
};

async function eventsOf(
  client: SupabaseClient,
  tenantId: string,
  since: string,
  types: readonly string[],
): Promise<EventRow[]> {
  const rows: EventRow[] = [];
  let afterSeq = -1;
  for (;;) {
    const { data, error } = await client
      .from("realtime_events")
      .select("id, seq, event_type, camera_id, occurred_at, payload")
      .eq("tenant_id", tenantId)
      .in("event_type", [...types])
      .gte("occurred_at", since)
      .gt("seq", afterSeq)
      .order("seq")
      .limit(PAGE_ROWS)
      .overrideTypes<(EventRow & { seq: number })[], { merge: false }>();
    if (error) throw new OperatorError(`the events could not be read: ${error.message}`);
    rows.push(...data);
    const last = data.at(-1);
    if (!last || data.length < PAGE_ROWS) return rows;
    afterSeq = last.seq;
  }
}

/** Writes the plates' pictures with their true texts, in the form that the trainers read. Returns how many. */
async function exportCrops(
  client: SupabaseClient,
  known: readonly (KnownPlate & { country: string })[],
  folder: string,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  const manifest: { file: string; set: string; text: string; saidBy: string }[] = [];
  for (const { picturePath, eventId, country, truth, saidBy } of known) {
    if (!picturePath) continue;
    const { data } = await client.storage.from(BUCKET).download(picturePath);
    // Pictures are kept for a shorter time than events.
    if (!data) continue;
    const file = `${eventId}.jpg`;
    await writeFile(join(folder, file), new Uint8Array(await data.arrayBuffer()));
    manifest.push({ file, set: country, text: truth, saidBy });
  }
  await writeFile(join(folder, "crops.json"), `${JSON.stringify(manifest, null, 1)}\n`);
  return manifest.length;
}
