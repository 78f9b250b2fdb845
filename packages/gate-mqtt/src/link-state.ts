/** The MQTT version spoken: 5, or 4 for 3.1.1. */
export type MqttVersion = 4 | 5;

/** A connection to a broker, as a machine. `attempt` counts failures in a row. */
export type LinkState =
  | { kind: "connecting"; version: MqttVersion; attempt: number }
  | { kind: "connected"; version: MqttVersion; attempt: 0 }
  | { kind: "waiting"; version: MqttVersion; attempt: number };

export type LinkEvent =
  /** The broker took us in and all subscriptions stand. */
  | "connected"
  /** The broker says that it does not speak this version. */
  | "version_refused"
  /** It closed the connection without a word: old brokers do so on a version they do not know. */
  | "hung_up"
  /** Anything else that ends or prevents the connection. */
  | "failed"
  /** The wait is over. */
  | "rested";

/** MQTT 5 is tried first, because there a command can carry its expiry to the broker. */
export const FIRST_LINK_STATE: LinkState = { kind: "connecting", version: 5, attempt: 0 };

/** The link after `event`. Pure; an event that cannot come in a state leaves it as it is. */
export function nextLinkState(state: LinkState, event: LinkEvent): LinkState {
  const { version, attempt } = state;
  const other = version === 5 ? 4 : 5;
  switch (state.kind) {
    case "connecting":
      if (event === "connected") return { kind: "connected", version, attempt: 0 };
      // The answer came at once and says what to do: only then is there no wait.
      if (event === "version_refused" && version === 5) {
        return { kind: "connecting", version: 4, attempt };
      }
      if (event === "hung_up" || event === "version_refused") {
        return { kind: "waiting", version: other, attempt };
      }
      return event === "failed" ? { kind: "waiting", version, attempt } : state;
    case "connected":
      return event === "failed" || event === "hung_up"
        ? { kind: "waiting", version, attempt: 0 }
        : state;
    case "waiting":
      return event === "rested" ? { kind: "connecting", version, attempt: attempt + 1 } : state;
  }
}
