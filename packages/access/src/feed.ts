/**
 * Keeps a tenant's events whole on a screen. Delivery over the channel is a hint; the table, read by `seq`, is the
 * truth. Pure: (state, input) → state with what to show and what to fetch. Safety E3.
 */
export interface FeedState<E extends { seq: number }> {
  /** Everything up to this `seq` has been shown; null before the first catch-up. */
  cursor: number | null;
  /** Arrived ahead of the cursor, waiting for the hole before them to be fetched; by `seq`. */
  ahead: ReadonlyMap<number, E>;
}

/** What one input brought: events to show now, oldest first, and whether the table must be asked. */
export interface FeedStep<E extends { seq: number }> {
  state: FeedState<E>;
  show: E[];
  mustCatchUp: boolean;
}

export function emptyFeed<E extends { seq: number }>(): FeedState<E> {
  return { cursor: null, ahead: new Map() };
}

function drain<E extends { seq: number }>(cursor: number, ahead: Map<number, E>): FeedStep<E> {
  const show: E[] = [];
  let next = cursor + 1;
  for (let event = ahead.get(next); event; event = ahead.get(++next)) show.push(event);
  const reached = next - 1;
  for (const seq of ahead.keys()) if (seq <= reached) ahead.delete(seq);
  return { state: { cursor: reached, ahead }, show, mustCatchUp: ahead.size > 0 };
}

/** An event came over the channel, in any order, perhaps twice. */
export function onDelivered<E extends { seq: number }>(state: FeedState<E>, event: E): FeedStep<E> {
  if (state.cursor !== null && event.seq <= state.cursor) {
    return { state, show: [], mustCatchUp: false };
  }
  const ahead = new Map(state.ahead).set(event.seq, event);
  if (state.cursor === null) {
    return { state: { cursor: null, ahead }, show: [], mustCatchUp: true };
  }
  return drain(state.cursor, ahead);
}

/**
 * The table answered with every event after the cursor, in order of `seq`; `headSeq` is the newest it has.
 * The cursor moves to the head even over holes: at the old end they are what retention removed.
 */
export function onCaughtUp<E extends { seq: number }>(
  state: FeedState<E>,
  events: readonly E[],
  headSeq: number,
): FeedStep<E> {
  const cursor = Math.max(state.cursor ?? 0, headSeq);
  const isNew = (event: E) => state.cursor === null || event.seq > state.cursor;
  const fetched = events.filter(isNew);
  const known = new Set(fetched.map((event) => event.seq));
  const early = [...state.ahead.values()].filter(
    (event) => event.seq <= cursor && isNew(event) && !known.has(event.seq),
  );
  const later = new Map([...state.ahead].filter(([seq]) => seq > cursor));
  const rest = drain(cursor, later);
  const show = [...fetched, ...early].sort((a, b) => a.seq - b.seq);
  return { ...rest, show: [...show, ...rest.show] };
}
