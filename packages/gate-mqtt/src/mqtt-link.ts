import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Backoff, backoffMs } from "@portero/access";
import { connect, type IClientOptions, type IClientPublishOptions, type MqttClient } from "mqtt";
import { GateError } from "./gate-error.ts";
import { FIRST_LINK_STATE, type LinkEvent, type LinkState, nextLinkState } from "./link-state.ts";

/** A broker and who we are to it. */
export interface BrokerAddress {
  /** `mqtt://host:1883`, or `mqtts://` for TLS. */
  url: string;
  username?: string;
  password?: string;
  /** The authority of the broker's certificate (PEM), where it is not a public one. */
  ca?: string;
}

/** One message as it came. */
export interface MqttMessage {
  topic: string;
  payload: Uint8Array;
  isRetained: boolean;
}

export interface PublishOptions {
  isRetained?: boolean;
  /** Told to an MQTT 5 broker, in whole seconds rounded up; 3.1.1 has no such word. */
  expiresInMs?: number;
}

/** What became of a publication, so far as the broker says it. */
export type PublishResult = "delivered" | "nobody_listens";

/** What a link is to do. The callbacks must not throw. */
export interface MqttLinkOptions {
  broker: BrokerAddress;
  /** The same at each start for an end with a last will: the broker then ends the old session, and its will, first. */
  clientId: string;
  subscribe: readonly string[];
  /** Published, retained: `alive` on connecting, `gone` on leaving or, by the broker, on silence. */
  presence?: { topic: string; alive: string; gone: string };
  /** All subscriptions stand. A retained message may come just before. */
  onUp: () => void;
  onMessage: (message: MqttMessage) => void;
  /** The connection of the last `onUp` is gone. */
  onDown: () => void;
  /** Told of each failure and of the wait before the next attempt. */
  onFailure: (error: GateError, waitMs: number) => void;
  /** Default: 2 s doubling to 15 s. */
  backoff?: Backoff;
}

const DEFAULT_BACKOFF: Backoff = { baseMs: 2_000, maxMs: 15_000 };
const CONNECT_TIMEOUT_MS = 5_000;
/** From the connection to the standing subscriptions. */
const SET_UP_TIMEOUT_MS = 10_000;
const KEEPALIVE_S = 5;
const FAREWELL_MS = 500;

/**
 * A connection to a broker that comes back after every failure. Each connection is a new client with a clean
 * session, so nothing that was on its way in an old one is ever sent in a new one (safety G4).
 */
export class MqttLink {
  readonly #options: MqttLinkOptions;
  #state: LinkState = FIRST_LINK_STATE;
  #client: MqttClient | undefined;
  #closed: Promise<"closed"> | undefined;
  #lastError: Error | undefined;

  constructor(options: MqttLinkOptions) {
    this.#options = options;
  }

  /** Keeps the connection until the signal aborts, then says goodbye and returns. */
  async run(signal: AbortSignal): Promise<void> {
    this.#state = FIRST_LINK_STATE;
    const aborted = new Promise<"aborted">((resolve) => {
      signal.addEventListener("abort", () => resolve("aborted"), { once: true });
    });
    while (!signal.aborted) {
      const event = await this.#next(aborted, signal);
      this.#state = nextLinkState(this.#state, event);
    }
    await this.#leave();
  }

  /**
   * Publishes once, with QoS 1, over the present connection and never over a later one.
   *
   * @throws {GateError} `unreachable`; before anything was sent unless the connection broke meanwhile
   */
  async publish(
    topic: string,
    message: string,
    { isRetained = false, expiresInMs }: PublishOptions = {},
  ): Promise<PublishResult> {
    const client = this.#client;
    if (!client?.connected) throw new GateError("unreachable", "not connected to the broker");
    const options: IClientPublishOptions = { qos: 1, retain: isRetained };
    if (this.#state.version === 5 && expiresInMs !== undefined) {
      options.properties = { messageExpiryInterval: Math.ceil(expiresInMs / 1_000) };
    }
    try {
      const packet = await client.publishAsync(topic, message, options);
      const reason = packet && "reasonCode" in packet ? packet.reasonCode : 0;
      return reason === NO_MATCHING_SUBSCRIBERS ? "nobody_listens" : "delivered";
    } catch (cause) {
      throw new GateError("unreachable", "the connection broke before the broker confirmed", {
        cause,
      });
    }
  }

  get isConnected(): boolean {
    return this.#client?.connected === true;
  }

  /** Does what the present state asks for and tells what came of it. */
  async #next(aborted: Promise<"aborted">, signal: AbortSignal): Promise<LinkEvent> {
    switch (this.#state.kind) {
      case "connecting":
        return await this.#connect(aborted);
      case "connected":
        return await this.#stay(aborted);
      case "waiting": {
        const backoff = this.#options.backoff ?? DEFAULT_BACKOFF;
        const waitMs = backoffMs(this.#state.attempt, backoff, Math.random());
        this.#options.onFailure(failureOf(this.#lastError), waitMs);
        await sleep(waitMs, undefined, { signal }).catch(() => {});
        return "rested";
      }
    }
  }

  async #connect(aborted: Promise<"aborted">): Promise<LinkEvent> {
    const { broker, onMessage, onUp, presence, subscribe } = this.#options;
    const client = connect(broker.url, this.#clientOptions());
    // A command is one small packet: waiting to fill a bigger one (Nagle) costs it 40 ms and more.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    this.#client = client;
    this.#lastError = undefined;
    client.on("error", (error) => {
      this.#lastError ??= error;
    });
    const heardLive = new Set<string>();
    client.on("message", (topic, payload, { retain }) => {
      if (this.#client !== client) return;
      // A broker may read its retained message, let a newer one pass, and then deliver what it read.
      if (retain && heardLive.has(topic)) return;
      if (!retain) heardLive.add(topic);
      onMessage({ topic, payload, isRetained: retain });
    });
    this.#closed = new Promise((resolve) => client.once("close", () => resolve("closed")));
    try {
      const setUp = async () => {
        await new Promise((resolve) => client.once("connect", resolve));
        const granted = await client.subscribeAsync([...subscribe], { qos: 1 });
        if (granted.some(({ qos }) => qos >= REFUSED)) throw notAuthorized();
        if (presence) await client.publishAsync(presence.topic, presence.alive, RETAINED);
      };
      const timeout = sleep(SET_UP_TIMEOUT_MS, "timeout" as const, { ref: false });
      const result = await Promise.race([setUp(), this.#closed, aborted, timeout]);
      if (result === "aborted") return "failed";
      if (result === "timeout") return this.#drop(new Error("the broker answers too slowly"));
      if (result === "closed") return this.#lastError ? this.#drop(this.#lastError) : "hung_up";
      onUp();
      return "connected";
    } catch (error) {
      return this.#drop(error as Error);
    }
  }

  #drop(error: Error): LinkEvent {
    this.#lastError ??= error;
    this.#client?.end(true);
    this.#client = undefined;
    const { code } = this.#lastError as { code?: unknown };
    return typeof code === "number" && VERSION_REFUSED.has(code) ? "version_refused" : "failed";
  }

  async #stay(aborted: Promise<"aborted">): Promise<LinkEvent> {
    const why = await Promise.race([this.#closed, aborted]);
    if (why === "aborted") return "failed";
    this.#options.onDown();
    return this.#drop(new Error("the connection broke"));
  }

  /** A clean end suppresses the last will, so its words are said here. */
  async #leave(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const { presence } = this.#options;
    if (client.connected) {
      const deadline = sleep(FAREWELL_MS, undefined, { ref: false });
      const farewell = async () => {
        if (presence) await client.publishAsync(presence.topic, presence.gone, RETAINED);
        await client.endAsync();
      };
      await Promise.race([farewell(), deadline]).catch(() => {});
    }
    client.end(true);
    this.#client = undefined;
  }

  #clientOptions(): IClientOptions {
    const { broker, clientId, presence } = this.#options;
    const options: IClientOptions = {
      clientId,
      protocolVersion: this.#state.version,
      clean: true,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepalive: KEEPALIVE_S,
    };
    if (broker.username !== undefined) options.username = broker.username;
    if (broker.password !== undefined) options.password = broker.password;
    if (broker.ca !== undefined) options.ca = broker.ca;
    if (presence)
      options.will = { topic: presence.topic, payload: Buffer.from(presence.gone), ...RETAINED };
    return options;
  }
}

const RETAINED = { qos: 1, retain: true } as const;
/** MQTT 5 reason code of a PUBACK: the broker took the message and had nobody to give it to. */
const NO_MATCHING_SUBSCRIBERS = 16;
/** SUBACK codes from here on refuse. */
const REFUSED = 128;
/** CONNACK codes of 3.1.1 and 5. */
const VERSION_REFUSED = new Set([1, 132]);
const CREDENTIALS_REFUSED = new Set([4, 5, 134, 135]);

function notAuthorized(): GateError {
  return new GateError(
    "not_authorized",
    "the broker does not let this user subscribe to the gate's topics",
  );
}

function failureOf(error: Error | undefined): GateError {
  if (error instanceof GateError) return error;
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === "number" && CREDENTIALS_REFUSED.has(code)) {
    return new GateError("refused", "the broker refuses this user or password", { cause: error });
  }
  const why = error ? `: ${error.message || String(code)}` : "";
  return new GateError("unreachable", `no connection to the broker${why}`, { cause: error });
}
