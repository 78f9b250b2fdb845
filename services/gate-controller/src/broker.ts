import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { rightsOf, topicsOf } from "@portero/gate-mqtt";
import { Aedes, type AedesOptions, type AuthenticateError, type Client } from "aedes";
import { type Static, Type } from "typebox";

/** One end of one gate, as the broker knows it. */
export const BrokerAccount = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 120 }),
    password: Type.String({ minLength: 16, secret: true }),
    role: Type.Union([Type.Literal("worker"), Type.Literal("controller")]),
    gateId: Type.String({ pattern: "^[0-9a-f-]{36}$" }),
  },
  { additionalProperties: false },
);
export type BrokerAccount = Static<typeof BrokerAccount>;

/** The embedded broker cannot stand where it was told to. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  readonly code: "port_in_use" | "cannot_listen";

  constructor(code: BrokerError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface BrokerOptions {
  accounts: readonly BrokerAccount[];
  /** Default: any free one. */
  port?: number;
  /** Default: this machine only. */
  host?: string;
  /** Told of clients that were refused or broke the protocol. */
  onRefused: (clientId: string, error: Error) => void;
}

export interface RunningBroker {
  url: string;
  stop(): Promise<void>;
}

const VERSION_REFUSED = 1;
const BAD_USERNAME_OR_PASSWORD = 4;

/**
 * An MQTT 3.1.1 broker for a site that has none. Each account reaches the topics of its own gate and no other,
 * and no command can be retained.
 *
 * @throws {BrokerError}
 */
export async function startBroker(options: BrokerOptions): Promise<RunningBroker> {
  const { host = "127.0.0.1", port = 0, onRefused } = options;
  const aedes = await Aedes.createBroker({
    ...accessRules(options.accounts),
    connectTimeout: 5_000,
    maxTopicLevels: 8,
    keepaliveLimit: 60,
  });
  aedes.on("clientError", (client, error) => onRefused(client.id, error));
  aedes.on("connectionError", (client, error) => {
    // A client that speaks MQTT 5 asks again with 3.1.1 by itself.
    if ((error as { errorCode?: number }).errorCode !== VERSION_REFUSED)
      onRefused(client.id, error);
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    aedes.handle(socket);
  });
  try {
    await once(server.listen(port, host), "listening");
  } catch (cause) {
    const isTaken = (cause as { code?: string }).code === "EADDRINUSE";
    const message = isTaken
      ? `port ${port} is in use: end the other broker or choose another BROKER_PORT`
      : `cannot listen on ${host}:${port}: ${(cause as Error).message}`;
    throw new BrokerError(isTaken ? "port_in_use" : "cannot_listen", message, { cause });
  }
  return {
    url: `mqtt://${host}:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

type AccessRules = Pick<AedesOptions, "authenticate" | "authorizePublish" | "authorizeSubscribe">;

function accessRules(accounts: readonly BrokerAccount[]): Required<AccessRules> {
  const byName = new Map(accounts.map((account) => [account.username, account]));
  const accountOf = new WeakMap<Client, BrokerAccount>();
  const mayPublish = (client: Client | null, topic: string, isRetained: boolean): boolean => {
    const account = client && accountOf.get(client);
    if (!account) return false;
    const { report, availability } = topicsOf(account.gateId);
    const mayRetain = topic === report || topic === availability;
    const { publish } = rightsOf(account.role, account.gateId);
    return publish.includes(topic) && (mayRetain || !isRetained);
  };
  return {
    authenticate(client, username = "", password, done) {
      const account = byName.get(username);
      // Compared even for a stranger, so that the time taken does not tell which names exist.
      const isRight = isSame(password?.toString() ?? "", account?.password ?? "");
      if (account && isRight) {
        accountOf.set(client, account);
        done(null, true);
        return;
      }
      const refusal = new Error("unknown user or wrong password") as AuthenticateError;
      refusal.returnCode = BAD_USERNAME_OR_PASSWORD;
      done(refusal, false);
    },
    authorizePublish(client, { topic, retain }, done) {
      done(mayPublish(client, topic, retain) ? null : new Error(`may not publish to ${topic}`));
    },
    authorizeSubscribe(client, subscription, done) {
      const account = accountOf.get(client);
      const rights = account && rightsOf(account.role, account.gateId).subscribe;
      done(null, rights?.includes(subscription.topic) ? subscription : null);
    },
  };
}

function isSame(given: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
