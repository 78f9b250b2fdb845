import { type FunctionComponent, type LazyExoticComponent, lazy } from "react";

const RELOADED_KEY = "portero.reloadedAt";
const AGAIN_MS = 2_000;

/**
 * Fetches a part of the program that is needed now. While the network is gone it waits: a page that reloads then is lost.
 * What a server that answers does not have belongs to a version that has been replaced: the page begins again with the
 * new one. @throws what `load` throws, where that has just been tried
 */
export async function part<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      if (await isServerThere()) {
        const lastMs = Number(sessionStorage.getItem(RELOADED_KEY));
        if (Date.now() - lastMs < 60_000) throw error;
        sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
        location.reload();
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** A component that is fetched as a part when it is first drawn. */
export function lazyPart<Name extends string, Props extends object>(
  load: () => Promise<Record<Name, FunctionComponent<Props>>>,
  name: Name,
): LazyExoticComponent<FunctionComponent<Props>> {
  return lazy(async () => ({ default: (await part(load))[name] }));
}

async function isServerThere(): Promise<boolean> {
  try {
    return (await fetch("/config.json", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
