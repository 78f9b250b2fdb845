import { useNavigate } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useNowMs } from "../app/clock.ts";
import { lazyPart } from "../app/part.ts";
import { useDesk, useTenant } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { Cameras } from "./Cameras.tsx";
import classes from "./DeskPage.module.css";
import { Feed } from "./Feed.tsx";
import { Gates } from "./Gates.tsx";
import { HandoverNote } from "./HandoverNote.tsx";
import { type Asking, InHandPane } from "./InHandPane.tsx";
import { QuietPane } from "./QuietPane.tsx";
import { useGuardActions } from "./use-guard-actions.ts";
import { useInHand } from "./use-in-hand.ts";
import { useKeys } from "./use-keys.ts";
import { useLooking } from "./use-looking.ts";
import { WaitingList } from "./WaitingList.tsx";
import { useWatch } from "./watch.tsx";

const KeyHelp = lazyPart(() => import("./KeyHelp.tsx"), "KeyHelp");

/** The guard's desk: what waits, the one in hand, what has been and what is. */
export function DeskPage() {
  const { membership } = useTenant();
  const navigate = useNavigate();
  const nowMs = useNowMs();
  const { story, waiting } = useWatch();
  const isLoaded = useDesk("isLoaded");
  const mayAct = may(membership.role, "guard");
  const mayEnrol = may(membership.role, "editRegister");

  // Bound to its vehicle: what was asked about one must never be answered for another.
  const [asked, setAsked] = useState<{ of: string; what: Exclude<Asking, null> } | null>(null);
  const isAsking = asked !== null;
  const inHand = useInHand({ visits: story.visits, waiting, nowMs, mayAct, isAsking });
  const actions = useGuardActions();
  useLooking();
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const asking = asked !== null && asked.of === inHand.id ? asked.what : null;

  const visit = inHand.id === null ? undefined : story.visits.get(inHand.id);
  const isWaiting = visit !== undefined && waiting.includes(visit);
  const ask = (what: Asking) => {
    if (what !== null) inHand.take();
    actions.clearFault();
    setAsked(what === null || inHand.id === null ? null : { of: inHand.id, what });
  };
  const choose = (id: string | null) => {
    setAsked(null);
    inHand.choose(id);
  };

  useKeys((key) => {
    switch (key) {
      case "j":
      case "ArrowDown":
      case "k":
      case "ArrowUp":
        setAsked(null);
        inHand.move(key === "j" || key === "ArrowDown" ? 1 : -1);
        return true;
      case "/":
        void navigate({ to: "/t/$tenantId/history", params: { tenantId: membership.tenantId } });
        return true;
      case "?":
        setIsHelpOpen(true);
        return true;
      case "Escape":
        if (asking !== null) setAsked(null);
        else if (!isWaiting && inHand.id !== null) choose(null);
        else return false;
        return true;
      case "u":
        if (actions.pendingRefusal === null) return false;
        actions.undoRefusal();
        return true;
    }
    if (!mayAct || !visit || asking !== null) return false;
    if (key === "o" && visit.event.gateId) ask("open");
    else if (key === "v") ask("visitor");
    else if (key === "a" && mayEnrol) ask("enrol");
    else if (key === "c" && isWaiting) ask("correct");
    else if (key === "n" && isWaiting) {
      inHand.take();
      actions.refuse(visit.event.id);
    } else if (key === "s" && inHand.takenId === visit.event.id) inHand.release();
    else return false;
    return true;
  });

  return (
    <div className={classes["desk"]}>
      <WaitingList
        waiting={waiting}
        story={story}
        inHandId={inHand.id}
        pendingRefusal={actions.pendingRefusal}
        isLoaded={isLoaded}
        nowMs={nowMs}
        onChoose={choose}
      />
      <section className={classes["middle"]}>
        {visit ? (
          <InHandPane
            key={visit.event.id}
            visit={visit}
            isWaiting={isWaiting}
            mayAct={mayAct}
            mayEnrol={mayEnrol}
            actions={actions}
            asking={asking}
            onAsk={ask}
            onTake={inHand.take}
            onRelease={inHand.release}
            onLeave={() => choose(null)}
            nowMs={nowMs}
          />
        ) : (
          <QuietPane story={story} isLoaded={isLoaded} nowMs={nowMs} onChoose={choose} />
        )}
      </section>
      <aside className={classes["right"]}>
        <HandoverNote mayAct={mayAct} nowMs={nowMs} />
        <Feed items={story.items} nowMs={nowMs} inHandId={inHand.id} onChoose={choose} />
        <Gates actions={actions} mayAct={mayAct} nowMs={nowMs} />
        <Cameras nowMs={nowMs} />
      </aside>
      <Suspense>{isHelpOpen && <KeyHelp onClose={() => setIsHelpOpen(false)} />}</Suspense>
    </div>
  );
}
