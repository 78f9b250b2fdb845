/** What one client may do. The numbers and the answers on passing them are Supabase's. */
export interface Limits {
  maxChannelsPerConnection: number;
  /** Of one connection; more end it. */
  maxJoinsPerSecond: number;
  /** From one connection, averaged over ten seconds; more end the channel. */
  maxMessagesPerSecond: number;
  /** Of a frame that joins, which is remembered as long as its channel; more end the connection. */
  maxJoinBytes: number;
  /** Of a broadcast or of a presence's state. */
  maxPayloadBytes: number;
  maxPresenceCallsPerWindow: number;
  presenceWindowMs: number;
  /** A connection without any frame for so long is closed; clients send a heartbeat every 25 s. */
  heartbeatTimeoutMs: number;
  /** What may wait in memory for a client that reads slowly before it is closed. */
  maxBufferedBytes: number;
  /** Broadcasts over HTTP, of one installation. */
  maxHttpMessagesPerSecond: number;
}

export const defaultLimits: Limits = {
  maxChannelsPerConnection: 100,
  maxJoinsPerSecond: 100,
  maxMessagesPerSecond: 100,
  maxJoinBytes: 250_000,
  maxPayloadBytes: 3_000_000,
  maxPresenceCallsPerWindow: 5,
  presenceWindowMs: 30_000,
  heartbeatTimeoutMs: 60_000,
  maxBufferedBytes: 4_000_000,
  maxHttpMessagesPerSecond: 1000,
};

/** A token bucket: refills at `perSecond`, holds at most `burst`. */
export interface Bucket {
  tokens: number;
  atMs: number;
}

/** The bucket after taking `count`, or nothing when it holds less. */
export function take(
  bucket: Bucket | undefined,
  { perSecond, burst, count = 1 }: { perSecond: number; burst: number; count?: number },
  nowMs: number,
): Bucket | undefined {
  const refill = bucket ? (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond : burst;
  const tokens = Math.min(burst, (bucket?.tokens ?? 0) + refill) - count;
  return tokens < 0 ? undefined : { tokens, atMs: nowMs };
}
