import type { Connection } from "@portero/store";
import { useTranslation } from "react-i18next";
import { ago } from "../ui/times.ts";
import classes from "./ConnectionState.module.css";
import { useNowMs } from "./clock.ts";
import { useDesk } from "./tenant.tsx";

const TONES: Record<Connection["kind"], string> = {
  connecting: "working",
  catching_up: "working",
  live: "live",
  reconnecting: "doubt",
  offline: "away",
  access_removed: "away",
  signed_out: "away",
};

/** Green only while something was heard in time; otherwise how old the screen is. */
export function ConnectionState() {
  const { t, i18n } = useTranslation();
  const connection = useDesk("connection");
  useNowMs();
  const heardAtMs = "lastHeardAtMs" in connection ? connection.lastHeardAtMs : null;
  const age = heardAtMs === null ? null : ago(Date.now() - heardAtMs, i18n.language);
  const remaining = connection.kind === "catching_up" ? connection.remaining : null;
  return (
    <div
      className={classes["state"]}
      data-tone={TONES[connection.kind]}
      data-kind={connection.kind}
      data-testid="connection-state"
    >
      <span className={classes["dot"]} aria-hidden="true" />
      <span role="status">
        {remaining
          ? t("connection.catchingUpWith", { count: remaining })
          : t(`connection.${connection.kind}`)}
      </span>
      {age && connection.kind !== "catching_up" && (
        <span className={classes["age"]}>
          {connection.kind === "live" ? age : t("connection.shownFrom", { age })}
        </span>
      )}
    </div>
  );
}
