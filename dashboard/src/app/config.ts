import type { RealtimeTransport } from "@portero/store";

/** What the server that hands out these pages knows about the deployment. Nothing in it is secret. */
export interface DeskConfig {
  supabaseUrl: string;
  publishableKey: string;
  realtimeTransport: RealtimeTransport;
}

/** Reads `/config.json`. @throws {Error} in words for whoever installs this */
export async function readConfig(): Promise<DeskConfig> {
  const response = await fetch("/config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`/config.json: ${response.status}`);
  const config = (await response.json()) as Partial<DeskConfig>;
  const { supabaseUrl, publishableKey, realtimeTransport = "broadcast" } = config;
  if (!supabaseUrl || !publishableKey) {
    throw new Error("/config.json: supabaseUrl, publishableKey");
  }
  return { supabaseUrl, publishableKey, realtimeTransport };
}
