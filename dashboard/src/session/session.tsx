import type { DeskData, DeskUser } from "@portero/store";
import { createContext, type ReactNode, Suspense, use, useEffect, useRef, useState } from "react";
import { lazyPart } from "../app/part.ts";

const LogIn = lazyPart(() => import("./LogIn.tsx"), "LogIn");

interface Session {
  data: DeskData;
  user: DeskUser;
  logOut(): void;
}

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("useSession outside SessionGate");
  return session;
}

/**
 * Shows the pages to whoever is logged in. A session that ends by itself keeps the page, with all that was typed,
 * under the log-in; one that the person ends leaves nothing.
 */
export function SessionGate({ data, children }: { data: DeskData; children: ReactNode }) {
  const [user, setUser] = useState<DeskUser | null>();
  const lastUser = useRef<DeskUser | null>(null);
  const [wasEnded, setWasEnded] = useState(false);

  useEffect(
    () =>
      data.watchSession((next) => {
        setUser((now) => (now && next && now.id === next.id ? now : next));
        if (next) setWasEnded(false);
      }),
    [data],
  );
  if (user) lastUser.current = user;
  if (user === undefined) return null;

  const shown = user ?? (wasEnded ? null : lastUser.current);
  const logOut = () => {
    setWasEnded(true);
    lastUser.current = null;
    void data.logOut();
  };
  if (!shown) {
    return (
      <Suspense>
        <LogIn data={data} />
      </Suspense>
    );
  }
  return (
    <>
      <SessionContext key={shown.id} value={{ data, user: shown, logOut }}>
        {children}
      </SessionContext>
      <Suspense>{!user && <LogIn data={data} again={shown.email} />}</Suspense>
    </>
  );
}
