import { createHmac, timingSafeEqual } from "node:crypto";
import { EventEmitter, once } from "node:events";
import {
  enrolledPlates,
  formatsOf,
  indexPlates,
  type OpeningRules,
  openingRulesOf,
  type PlateIndex,
} from "@portero/access";
import type { Log } from "@portero/runtime";
import type { SiteRegister } from "@portero/store";
import type { Journal } from "./journal/journal.ts";

/** The register as this site knows it now, ready for look-ups. */
export interface KnownRegister {
  register: SiteRegister;
  index: PlateIndex;
  /** What the condominium asks of an opening; never less than the product does (safety G7). */
  rules: OpeningRules;
  /** When the database was asked for it, or whether it still holds, for the last time; Unix ms. */
  confirmedAtMs: number;
}

export interface RegisterCache {
  current(): KnownRegister | undefined;
  /** Resolves when another version is taken, or the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
  /** Takes a copy that was asked for at `askedAtMs`, and keeps it for a start without the cloud. */
  replace(register: SiteRegister, askedAtMs: number): Promise<void>;
  /** The database, asked at `askedAtMs`, said that this version is still the newest. */
  confirm(version: number, askedAtMs: number): void;
}

/**
 * Keeps the site's copy of the register, in memory and sealed in the journal. A stored copy that was tampered with,
 * or is older than one that was seen before, is refused (safety A4).
 */
export async function openRegisterCache(
  journal: Journal,
  siteKey: string,
  site: { tenantId: string; siteId: string },
  log: Log,
): Promise<RegisterCache> {
  const sealOf = (version: number, fetchedAtMs: number, body: string) =>
    createHmac("sha256", siteKey)
      .update(JSON.stringify([site.tenantId, site.siteId, version, fetchedAtMs, body]))
      .digest("base64url");
  const known = (register: SiteRegister, confirmedAtMs: number): KnownRegister => ({
    register,
    index: indexPlates(enrolledPlates(register), formatsOf([register.country])),
    rules: openingRulesOf(register.openingRules),
    confirmedAtMs,
  });

  const changes = new EventEmitter();
  let current: KnownRegister | undefined;
  const stored = await journal.loadRegister();
  if (stored) {
    const expected = Buffer.from(sealOf(stored.version, stored.fetchedAtMs, stored.body));
    const seal = Buffer.from(stored.seal);
    if (seal.length === expected.length && timingSafeEqual(seal, expected)) {
      current = known(JSON.parse(stored.body) as SiteRegister, stored.fetchedAtMs);
      log.info({ version: stored.version }, "starting with the stored copy of the register");
    } else log.error("the stored copy of the register was changed by someone else and is not used");
  }

  return {
    current: () => current,
    async changed(signal) {
      await once(changes, "changed", { signal }).catch(() => {});
    },
    async replace(register, askedAtMs) {
      if (current && register.version < current.register.version) {
        log.warn(
          { offered: register.version, known: current.register.version },
          "an older version of the register was offered and not taken",
        );
        return;
      }
      current = known(register, askedAtMs);
      changes.emit("changed");
      const body = JSON.stringify(register);
      const { version } = register;
      await journal.saveRegister({
        version,
        fetchedAtMs: askedAtMs,
        body,
        seal: sealOf(version, askedAtMs, body),
      });
    },
    confirm(version, askedAtMs) {
      if (current?.register.version === version) current.confirmedAtMs = askedAtMs;
    },
  };
}
