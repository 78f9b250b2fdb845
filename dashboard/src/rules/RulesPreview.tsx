import { SegmentedControl } from "@mantine/core";
import { type OpeningRules, type Replay, replayVotes } from "@portero/access";
import { IconArrowDown, IconArrowUp, IconEqual, IconHourglass } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNowMs } from "../app/clock.ts";
import { useTenant } from "../app/tenant.tsx";
import { faultWords } from "../ui/fault-words.ts";
import { keptVotesOf } from "./kept-votes.ts";
import classes from "./RulesPage.module.css";

const DAY_MS = 86_400_000;
const SPANS = ["7", "14", "30"];
/** About a month of a busy gate; of more, the newest are looked at. */
const MOST_FACTS = 10_000;

interface RulesPreviewProps {
  stored: OpeningRules;
  rules: OpeningRules;
}

/** The last days' vehicles under the chosen rules, beside those that hold. */
export function RulesPreview({ stored, rules }: RulesPreviewProps) {
  const { t } = useTranslation();
  const { membership, data } = useTenant();
  const [nowMs] = useState(serverNowMs);
  const [days, setDays] = useState("14");
  const facts = useQuery({
    queryKey: [membership.tenantId, "votes", days],
    queryFn: ({ signal }) => data.voteFactsSince(nowMs - Number(days) * DAY_MS, MOST_FACTS, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const votes = useMemo(() => keptVotesOf(facts.data ?? []), [facts.data]);
  const replay = useMemo(() => replayVotes(votes, stored, rules), [votes, stored, rules]);
  return (
    <section className={classes["card"]} aria-label={t("rules.preview")}>
      <h2>{t("rules.preview")}</h2>
      <SegmentedControl
        aria-label={t("figures.span")}
        value={days}
        onChange={setDays}
        data={SPANS.map((value) => ({
          value,
          label: t("figures.days", { count: Number(value) }),
        }))}
      />
      {!facts.data ? (
        <p>{facts.isError ? faultWords(facts.error, t) : t("table.loading")}</p>
      ) : replay.replayed === 0 ? (
        <p data-testid="rules-preview">{t("rules.nothing")}</p>
      ) : (
        <Differences replay={replay} vehicles={votes.length} />
      )}
      {facts.data?.length === MOST_FACTS && <p>{t("rules.newestOnly")}</p>}
    </section>
  );
}

function Differences({ replay, vehicles }: { replay: Replay; vehicles: number }) {
  const { t } = useTranslation();
  const { replayed, admittedNow, admittedThen, more, moreWrong, fewer, fewerWrong, later } = replay;
  return (
    <>
      <ul className={classes["differences"]} aria-live="polite" data-testid="rules-preview">
        {more > 0 && (
          <li data-tone={moreWrong > 0 ? "refused" : "admitted"}>
            <IconArrowUp size={20} aria-hidden="true" />
            <div>
              <strong>{t("rules.more", { count: more })}</strong>
              <p>{t("rules.moreWrong", { wrong: moreWrong })}</p>
            </div>
          </li>
        )}
        {fewer > 0 && (
          <li data-tone="waiting">
            <IconArrowDown size={20} aria-hidden="true" />
            <div>
              <strong>{t("rules.fewer", { count: fewer })}</strong>
              <p>{t("rules.fewerWrong", { count: fewerWrong })}</p>
            </div>
          </li>
        )}
        {later > 0 && (
          <li data-testid="rules-later">
            <IconHourglass size={20} aria-hidden="true" />
            <div>
              <strong>{t("rules.later", { count: later })}</strong>
              <p>{t("rules.laterHint")}</p>
            </div>
          </li>
        )}
        {more + fewer + later === 0 && (
          <li>
            <IconEqual size={20} aria-hidden="true" />
            <strong>{t("rules.same")}</strong>
          </li>
        )}
      </ul>
      <p>{t("rules.admitted", { now: admittedNow, tried: admittedThen + later })}</p>
      <p className={classes["small"]}>
        {replayed === vehicles
          ? t("rules.replayedAll", { count: vehicles })
          : t("rules.replayed", { replayed, vehicles })}
      </p>
    </>
  );
}
