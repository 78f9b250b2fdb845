import { createHash, randomUUID } from "node:crypto";
import { isRecord } from "./codec.ts";

/** What a client asks for when it joins a channel. */
export interface JoinConfig {
  isPrivate: boolean;
  /** Answer each broadcast. */
  acknowledges: boolean;
  /** Send a channel's own broadcasts back to it. */
  echoes: boolean;
  replay: { sinceMs: number; limit: number } | "invalid" | undefined;
  presenceKey: string;
  presenceEnabled: boolean;
  bindings: Binding[];
  /** Hold the reply until changes are streamed, at most so long. */
  changesTimeoutMs: number | undefined;
  wantsReplicationReady: boolean;
  /** A user's token; nothing when the API key speaks for itself. */
  accessToken: string | undefined;
}

/** One wish for database changes. */
export interface Binding {
  /** Tells the client which of its callbacks a change is for; never 0. */
  id: number;
  /** As it came, for the reply: the client compares it with its own. */
  params: Record<string, unknown>;
}

const maxBindings = 100;
const maxReplayed = 25;
const maxChangesTimeoutMs = 20_000;

/** Reads a join's payload. What is missing or of the wrong type counts as not asked for, as on Supabase. */
export function parseJoin(payload: Record<string, unknown>): JoinConfig {
  const config = recordOf(payload["config"]);
  const broadcast = recordOf(config["broadcast"]);
  const presence = recordOf(config["presence"]);
  const options = recordOf(config["postgres_changes_options"]);
  const token = payload["access_token"] ?? payload["user_token"];
  const timeoutMs = typeof options["timeout"] === "number" ? options["timeout"] : 15_000;
  return {
    isPrivate: config["private"] === true,
    acknowledges: broadcast["ack"] === true,
    echoes: broadcast["self"] === true,
    replay: parseReplay(broadcast["replay"]),
    presenceKey: textOf(presence["key"]) || randomUUID(),
    presenceEnabled: presence["enabled"] === true,
    bindings: parseBindings(config["postgres_changes"]),
    changesTimeoutMs:
      options["wait"] === true ? Math.min(Math.max(0, timeoutMs), maxChangesTimeoutMs) : undefined,
    wantsReplicationReady: broadcast["replication_ready"] === true,
    // API keys are no tokens: with one of them the connection's own key decides.
    accessToken: typeof token === "string" && !token.startsWith("sb_") ? token : undefined,
  };
}

function parseReplay(value: unknown): JoinConfig["replay"] {
  if (value === undefined || value === null) return undefined;
  const { since = 0, limit = maxReplayed } = recordOf(value);
  const isValid = isRecord(value) && Number.isInteger(since) && Number.isInteger(limit);
  if (!isValid || Math.abs(since as number) > 8.64e15) return "invalid";
  return {
    sinceMs: since as number,
    limit: Math.min(Math.max(limit as number, 1), maxReplayed),
  };
}

function parseBindings(value: unknown): Binding[] {
  if (!Array.isArray(value)) return [];
  const taken = new Set<number>();
  return value
    .filter(isRecord)
    .slice(0, maxBindings)
    .map((params) => {
      let id = createHash("sha256").update(JSON.stringify(params)).digest().readUInt32BE() >>> 5;
      while (id === 0 || taken.has(id)) id++;
      taken.add(id);
      return { id, params };
    });
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
