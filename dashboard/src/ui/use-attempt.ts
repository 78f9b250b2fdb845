import { useState } from "react";

/** What a form is at, one thing at a time, and what went wrong with the last: nothing typed is lost by it. */
export function useAttempt<What extends string>() {
  const [busy, setBusy] = useState<What | null>(null);
  const [error, setError] = useState<unknown>(null);
  return {
    busy,
    error,
    /** Answers whether it was done. */
    async attempt(what: What, action: () => Promise<unknown>): Promise<boolean> {
      setBusy(what);
      setError(null);
      try {
        await action();
        return true;
      } catch (cause) {
        setError(cause);
        return false;
      } finally {
        setBusy(null);
      }
    },
  };
}
