import { useEffect, useRef } from "react";

/** True while the person types, or a dialog has the keyboard. */
function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("[role=dialog], [role=menu], [role=listbox]")) {
    return true;
  }
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Calls `onKey` with what was pressed, outside fields and dialogs. It returns true where the key was used. */
export function useKeys(onKey: (key: string) => boolean): void {
  const latest = useRef(onKey);
  useEffect(() => {
    latest.current = onKey;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.key !== "Escape" && isBusy(event.target)) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (latest.current(key)) event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
