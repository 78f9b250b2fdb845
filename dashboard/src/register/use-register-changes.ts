import {
  type AuditEntry,
  type EntryOf,
  type RegisterKind,
  type RegisterValues,
  StoreError,
  type TenantData,
} from "@portero/store";
import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { registerQuery, useRegister, useTenant, useTimes } from "../app/tenant.tsx";
import { conflictingFields, EditConflict, mergedEdit } from "../ui/edit-conflict.ts";
import { dateTime } from "../ui/times.ts";
import { useScheduleWords } from "./schedule-words.ts";

type Edited = Parameters<TenantData["saveEntry"]>[1];

/** Changes entries of the register, and reads it again afterwards, also after a refusal: it may tell why. */
export function useRegisterChanges() {
  const tenant = useTenant();
  const queries = useQueryClient();
  const valueWords = useValueWords();
  /** Entries as they were shown after somebody else's change; null for one that was removed. */
  const seen = useRef(new Map<string, EntryOf[RegisterKind] | null>());
  const refresh = () => queries.invalidateQueries(registerQuery(tenant));

  /** What happened to an entry meanwhile; from now on that is what a save goes by. */
  async function conflictOver<K extends RegisterKind>(
    kind: K,
    base: { id: string },
    typed: RegisterValues[K],
  ): Promise<EditConflict> {
    const now = await tenant.data.entry(kind, base.id);
    // Guards change passes and may not read the record: then nobody is named.
    const [last]: AuditEntry[] = await tenant.data
      .audit({ tableName: kind, rowId: base.id }, { limit: 1 })
      .catch(() => []);
    seen.current.set(base.id, now);
    return new EditConflict({
      who: last?.actorName ?? null,
      isRemoved: now === null,
      fields: now ? conflictingFields(base, now, typed, valueWords) : [],
    });
  }

  return {
    /** @throws {EditConflict} when somebody else's change came first; saving again lets what was typed here win */
    async save<K extends RegisterKind>(
      kind: K,
      edited: Edited,
      values: RegisterValues[K],
    ): Promise<string> {
      const known = edited && seen.current.get(edited.id);
      const merged = edited && known ? mergedEdit(edited, known, values) : values;
      try {
        return await tenant.data.saveEntry(kind, known === undefined ? edited : known, merged);
      } catch (error) {
        const isConflict = error instanceof StoreError && error.detailCode === "changed";
        throw isConflict && edited ? await conflictOver(kind, edited, values) : error;
      } finally {
        void refresh();
      }
    },
    async remove(kind: RegisterKind, id: string): Promise<void> {
      try {
        await tenant.data.removeEntry(kind, id);
      } finally {
        void refresh();
      }
    },
    /** The same change for many; answers with how many there were. */
    async changeMany<K extends RegisterKind>(
      kind: K,
      ids: readonly string[],
      change: Partial<RegisterValues[K]>,
    ): Promise<number> {
      try {
        return await tenant.data.changeEntries(kind, ids, change);
      } finally {
        void refresh();
      }
    },
    async removeMany(kind: RegisterKind, ids: readonly string[]): Promise<number> {
      try {
        return await tenant.data.removeEntries(kind, ids);
      } finally {
        void refresh();
      }
    },
  };
}

/** A stored value as the forms show it. */
function useValueWords(): (field: string, value: unknown) => string {
  const { t } = useTranslation();
  const { language, timeZone } = useTimes();
  const { units, residents } = useRegister();
  const scheduleWords = useScheduleWords();
  return (field, value) => {
    if (field === "schedule") return scheduleWords(value as Parameters<typeof scheduleWords>[0]);
    if (value === null || value === undefined || value === "") return "—";
    if (field.endsWith("Ms")) return dateTime(Number(value), language, timeZone);
    if (field === "unitId") return units.find(({ id }) => id === value)?.name ?? "—";
    if (field === "residentId") return residents.find(({ id }) => id === value)?.fullName ?? "—";
    if (typeof value === "boolean") return value ? t("conflict.yes") : t("conflict.no");
    return String(value);
  };
}
