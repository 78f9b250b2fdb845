import type { RealtimeEvent } from "@portero/access";
import type { RealtimeTransport } from "./channel.ts";
import { createDeskClient } from "./client.ts";
import type { Connection } from "./connection.ts";
import { createDeskData, type TenantData } from "./desk-data.ts";
import type { LiveDesk } from "./live.ts";
import type { OnDuty } from "./presence.ts";
import type { AlertClaim, GateCommand, SiteStatus } from "./words.ts";

/** A person in front of an open desk, and all that the desk was told. */
export interface TestDesk {
  userId: string;
  data: TenantData;
  desk: LiveDesk;
  events: RealtimeEvent[];
  /** How often the desk began afresh. */
  beginnings: number;
  commands: GateCommand[];
  claims: AlertClaim[];
  statuses: SiteStatus[];
  duty: OnDuty[] | null;
  connection: Connection["kind"] | null;
  close(): Promise<void>;
}

function storageInMemory() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

export async function openTestDesk(options: {
  supabaseUrl: string;
  publishableKey: string;
  transport: RealtimeTransport;
  tenantId: string;
  account: { email: string; password: string; userId: string };
}): Promise<TestDesk> {
  const { supabaseUrl, publishableKey, transport, tenantId, account } = options;
  const client = createDeskClient({ supabaseUrl, publishableKey, storage: storageInMemory() });
  const data = createDeskData(client, transport);
  await data.logIn(account.email, account.password);
  const tenant = data.tenant(tenantId);
  const me = { userId: account.userId, displayName: account.email, role: "guard" };
  const told: Omit<TestDesk, "desk"> = {
    userId: account.userId,
    data: tenant,
    events: [],
    beginnings: 0,
    commands: [],
    claims: [],
    statuses: [],
    duty: null,
    connection: null,
    async close() {
      desk.close();
      await client.auth.stopAutoRefresh();
      await client.realtime.disconnect();
    },
  };
  const desk = tenant.openLive(me, {
    onEvents(events, isFresh) {
      if (isFresh) {
        told.events = [];
        told.beginnings++;
      }
      told.events.push(...events);
    },
    onCommands: (commands) => told.commands.push(...commands),
    onClaims: (claims) => told.claims.push(...claims),
    onStatuses: (statuses) => told.statuses.push(...statuses),
    onDuty(people) {
      told.duty = people;
    },
    onConnection({ kind }) {
      told.connection = kind;
    },
    onServerTime: () => {},
  });
  return Object.assign(told, { desk });
}
