import { loadConfig, Secret } from "@portero/runtime";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { Type } from "typebox";
import { OperatorError } from "./operator-error.ts";

export interface FoundFlags {
  name: string;
  country: string;
  timeZone: string;
  owner: string;
  ownerName: string;
}

const Project = Type.Object({
  supabaseUrl: Type.String({ pattern: "^https?://" }),
  supabaseSecretKey: Secret({ description: "used here and kept nowhere" }),
  publicUrl: Type.String({
    pattern: "^https?://",
    description: "where people reach the dashboard, for the link in the owner's mail",
  }),
});

/** `portero found`: a new condominium in a Supabase project, and a mail to its first person, who invites the others. */
export async function found(
  flags: FoundFlags,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  const { supabaseUrl, supabaseSecretKey, publicUrl } = loadConfig(Project, env);
  const client = createClient(supabaseUrl, supabaseSecretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { name, country, timeZone } = flags;
  const founded = await client
    .from("tenants")
    .insert({ name, country: country.toLowerCase(), time_zone: timeZone })
    .select("id")
    .single();
  if (founded.error) throw notFounded(name, founded.error.message);
  const { id } = founded.data;
  try {
    const userId = await accountOf(client, flags.owner, new URL("/welcome", publicUrl).href);
    const owner = { tenant_id: id, user_id: userId, role: "owner", display_name: flags.ownerName };
    const { error } = await client.from("user_tenants").insert(owner);
    if (error) throw notFounded(name, error.message);
  } catch (error) {
    // A condominium without a person could never be entered.
    await client.from("tenants").delete().eq("id", id);
    throw error;
  }
  say(
    `${name} is founded. ${flags.owner} gets a link by mail, or has an account already, and finds`,
  );
  say(`under "Gates and cameras" how to add a site and enrol its box.`);
}

async function accountOf(client: SupabaseClient, email: string, landing: string): Promise<string> {
  const { data, error } = await client.auth.admin.inviteUserByEmail(email, { redirectTo: landing });
  if (data.user) return data.user.id;
  const known = await client.rpc("account_of", { p_email: email });
  if (known.data?.is_member) return known.data.user_id;
  throw notFounded("The condominium", error?.message ?? "its owner has no account");
}

const notFounded = (name: string, why: string) =>
  new OperatorError(`${name} was not founded: ${why}`);
