import type { RealtimeEvent } from "@portero/access";
import type {
  AlertClaim,
  Connection,
  GateCommand,
  LiveDesk,
  OnDuty,
  SiteStatus,
  TenantData,
} from "@portero/store";
import { learnServerTime } from "../app/clock.ts";

/** What one tenant's desk knows at the moment. Each part changes its identity only when its content does. */
export interface DeskState {
  /** By `seq`. */
  events: RealtimeEvent[];
  commands: ReadonlyMap<string, GateCommand>;
  /** By alert; one whose time is over is as good as none. */
  claims: ReadonlyMap<string, AlertClaim>;
  statuses: ReadonlyMap<string, SiteStatus>;
  /** Null: nobody can say who is on duty. */
  onDuty: OnDuty[] | null;
  connection: Connection;
  /** False until the first events are there: an empty desk is not a quiet one. */
  isLoaded: boolean;
}

export interface DeskStore {
  get(): DeskState;
  subscribe(listener: () => void): () => void;
  /** A command that this screen has just asked for, ahead of its own echo. */
  noteCommand(command: GateCommand): void;
  /** What the server has just answered about a claim, ahead of its echo. */
  noteClaim(claim: AlertClaim): void;
  setInHand(alertEventId: string | null): void;
  /** Called with each event that arrives while the desk is open, not with those it began with. */
  onArrival(listener: (event: RealtimeEvent) => void): () => void;
}

const MAX_EVENTS = 3_000;

/** Opens the live desk and keeps its state until `signal` aborts. Without `me` nobody is on duty by it. */
export function openDeskStore(
  tenant: TenantData,
  me: { userId: string; displayName: string; role: string } | null,
  signal: AbortSignal,
): DeskStore {
  const listeners = new Set<() => void>();
  const arrivalListeners = new Set<(event: RealtimeEvent) => void>();
  let state: DeskState = {
    events: [],
    commands: new Map(),
    claims: new Map(),
    statuses: new Map(),
    onDuty: null,
    connection: { kind: "connecting", sinceMs: Date.now() },
    isLoaded: false,
  };
  const change = (part: Partial<DeskState>) => {
    state = { ...state, ...part };
    for (const listener of listeners) listener();
  };

  const noteCommands = (commands: readonly GateCommand[]) => {
    const next = new Map(state.commands);
    for (const command of commands) {
      const known = next.get(command.id);
      if (!known || known.updatedAtMs <= command.updatedAtMs) next.set(command.id, command);
    }
    change({ commands: next });
  };

  const noteClaims = (claims: readonly AlertClaim[]) => {
    const next = new Map(state.claims);
    for (const claim of claims) next.set(claim.alertEventId, claim);
    change({ claims: next });
  };

  const live: LiveDesk = tenant.openLive(me, {
    onEvents(events, isFresh) {
      const all = isFresh ? events : [...state.events, ...events];
      change({ events: all.slice(-MAX_EVENTS), isLoaded: true });
      if (isFresh) return;
      for (const event of events) for (const listener of arrivalListeners) listener(event);
    },
    onCommands: noteCommands,
    onClaims: noteClaims,
    onStatuses(statuses) {
      const next = new Map(state.statuses);
      for (const status of statuses) {
        const known = next.get(status.siteId);
        if (!known || known.reportedAtMs <= status.reportedAtMs) next.set(status.siteId, status);
      }
      change({ statuses: next });
    },
    onDuty: (onDuty) => change({ onDuty }),
    onServerTime: learnServerTime,
    onConnection(connection) {
      const isOver = connection.kind === "access_removed";
      change(
        isOver
          ? {
              connection,
              events: [],
              commands: new Map(),
              claims: new Map(),
              statuses: new Map(),
              onDuty: null,
            }
          : { connection },
      );
    },
  });

  const options = { signal };
  window.addEventListener("online", () => live.wake(), options);
  window.addEventListener("offline", () => live.networkGone(), options);
  const wakeWhenSeen = () => document.visibilityState === "visible" && live.wake();
  document.addEventListener("visibilitychange", wakeWhenSeen, options);
  signal.addEventListener("abort", () => live.close(), { once: true });

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    noteCommand: (command) => noteCommands([command]),
    noteClaim: (claim) => noteClaims([claim]),
    setInHand: (alertEventId) => live.setInHand(alertEventId),
    onArrival(listener) {
      arrivalListeners.add(listener);
      return () => arrivalListeners.delete(listener);
    },
  };
}
