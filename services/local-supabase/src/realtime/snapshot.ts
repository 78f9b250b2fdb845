/** What `pg_current_snapshot()` says. Ids are 64 bits wide. */
export interface Snapshot {
  xmin: bigint;
  xmax: bigint;
  running: ReadonlySet<bigint>;
}

/** Reads `xmin:xmax:running,running`. */
export function parseSnapshot(text: string): Snapshot {
  const [xmin = "0", xmax = "0", running = ""] = text.split(":");
  const ids = running === "" ? [] : running.split(",").map(BigInt);
  return { xmin: BigInt(xmin), xmax: BigInt(xmax), running: new Set(ids) };
}

/**
 * Whether the snapshot, and so every later one, sees what a transaction did. The WAL knows only the low half of the
 * id: its other half is that of the nearest id below or around the snapshot's end.
 */
export function isInSnapshot(snapshot: Snapshot, xid: number): boolean {
  const wrap = 1n << 32n;
  let id = (snapshot.xmax & ~(wrap - 1n)) | BigInt(xid);
  if (id - snapshot.xmax > wrap / 2n) id -= wrap;
  else if (snapshot.xmax - id > wrap / 2n) id += wrap;
  return id < snapshot.xmin || (id < snapshot.xmax && !snapshot.running.has(id));
}
