import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNowMs } from "../app/clock.ts";
import { useTenant, useTimes } from "../app/tenant.tsx";
import classes from "../register/register.module.css";
import { faultWords } from "../ui/fault-words.ts";
import { deviceWords } from "./device-words.ts";

/** Where a person is logged in, and an end to it: their screens there ask for the password within seconds. */
export function MemberSessions({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const times = useTimes();
  const nowMs = useNowMs();
  const queries = useQueryClient();
  const queryKey = [membership.tenantId, "sessions", userId];
  const sessions = useQuery({ queryKey, queryFn: ({ signal }) => data.sessions(userId, signal) });
  const [endingId, setEndingId] = useState<string | "all" | null>(null);
  const [error, setError] = useState<unknown>(null);

  const end = async (id: string | "all") => {
    setEndingId(id);
    setError(null);
    try {
      await data.endSessions(userId, id === "all" ? null : id);
    } catch (cause) {
      setError(cause);
    } finally {
      setEndingId(null);
      void queries.invalidateQueries({ queryKey });
    }
  };

  const shown = sessions.data ?? [];
  return (
    <section aria-label={t("people.sessions")}>
      <h3 className={classes["section"]}>{t("people.sessions")}</h3>
      {shown.length === 0 && (
        <p className={classes["quiet"]}>
          {sessions.isError
            ? faultWords(sessions.error, t)
            : sessions.isPending
              ? t("table.loading")
              : t("people.noSession")}
        </p>
      )}
      <ul className={classes["sessions"]}>
        {shown.map(({ id, seenAtMs, userAgent, isCurrent }) => (
          <li key={id} data-testid="member-session">
            <div>
              {deviceWords(userAgent) ?? t("people.someDevice")}
              <div className={classes["contact"]}>
                {isCurrent
                  ? t("people.thisScreen")
                  : t("people.seen", { when: times.near(seenAtMs, nowMs) })}
              </div>
            </div>
            {!isCurrent && (
              <Button
                size="compact-sm"
                variant="default"
                loading={endingId === id}
                onClick={() => void end(id)}
                data-testid="end-session"
              >
                {t("people.endSession")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {shown.filter(({ isCurrent }) => !isCurrent).length > 1 &&
        !shown.some(({ isCurrent }) => isCurrent) && (
          <Button
            size="compact-sm"
            variant="light"
            color="red"
            loading={endingId === "all"}
            onClick={() => void end("all")}
          >
            {t("people.endAll")}
          </Button>
        )}
      {error !== null && (
        <p className={classes["notice"]} role="alert">
          {faultWords(error, t)}
        </p>
      )}
    </section>
  );
}
