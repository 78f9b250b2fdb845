import { useEffect } from "react";
import { useSites, useTenant } from "../app/tenant.tsx";

/** A wish lasts half a minute at the site. */
const RENEW_MS = 20_000;
/** Nobody has touched the screen for so long: a site's uplink is not spent on an empty chair. */
const PRESENT_MS = 10 * 60_000;

/** Asks the sites for live pictures as long as somebody has the page before their eyes. */
export function useLooking(): void {
  const { data } = useTenant();
  const { cameras } = useSites();
  const wanted = JSON.stringify(
    [...Map.groupBy(cameras, ({ siteId }) => siteId)].map(([siteId, some]) => [
      siteId,
      some.filter(({ active }) => active).map(({ id }) => id),
    ]),
  );
  useEffect(() => {
    const sites = JSON.parse(wanted) as [string, string[]][];
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let touchedAtMs = Date.now();
    const look = () => {
      clearTimeout(timer);
      timer = undefined;
      if (document.visibilityState !== "visible" || Date.now() - touchedAtMs > PRESENT_MS) return;
      for (const [siteId, cameraIds] of sites) {
        // Fails silently: the tiles show by themselves that nothing new comes.
        if (cameraIds.length > 0) data.wishToSee(siteId, cameraIds).catch(() => {});
      }
      timer = setTimeout(look, RENEW_MS);
    };
    const touch = () => {
      touchedAtMs = Date.now();
      if (timer === undefined) look();
    };
    look();
    const options = { signal: leaving.signal, passive: true };
    document.addEventListener("visibilitychange", look, options);
    for (const gesture of ["pointerdown", "pointermove", "keydown"]) {
      document.addEventListener(gesture, touch, options);
    }
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [data, wanted]);
}
