import { normalizePlate } from "@portero/access";
import type { PersonSubject } from "@portero/store";
import { useMemo } from "react";
import { useRegister } from "../app/tenant.tsx";
import { matches } from "../ui/search.ts";

/** Somebody, or a plate that nobody has enrolled, whose data may be asked for. */
export interface Found {
  id: string;
  kind: "resident" | "visitor" | "plate";
  label: string;
}

const MOST = 20;

/** Whom the words may mean: residents, visitors, and a plate as such. */
export function usePeopleFound(search: string): Found[] {
  const { residents, passes, units, vehicles } = useRegister();
  return useMemo(() => {
    if (search.trim().length < 2) return [];
    const unitNames = new Map(units.map(({ id, name }) => [id, name]));
    const found: Found[] = [];
    for (const { id, fullName, unitId, phone, email } of residents) {
      const plates = vehicles.filter((one) => one.residentId === id).map(({ plate }) => plate);
      const texts = [fullName, phone ?? "", email ?? "", unitNames.get(unitId) ?? ""];
      if (matches(search, { texts, plates })) {
        const label = [fullName, unitNames.get(unitId), ...plates].filter(Boolean).join(" · ");
        found.push({ id, kind: "resident", label });
      }
    }
    for (const { id, visitorName, plate, unitId } of passes) {
      if (matches(search, { texts: [visitorName], plates: plate ? [plate] : [] })) {
        const label = [visitorName, unitNames.get(unitId), plate].filter(Boolean).join(" · ");
        found.push({ id, kind: "visitor", label });
      }
    }
    const plate = normalizePlate(search);
    if (plate && /\d/.test(plate) && !vehicles.some((one) => one.plate === plate)) {
      found.push({ id: plate, kind: "plate", label: plate });
    }
    return found.slice(0, MOST);
  }, [search, residents, passes, units, vehicles]);
}

export function subjectOf(chosen: readonly Found[]): PersonSubject {
  const of = (kind: Found["kind"]) => chosen.filter((one) => one.kind === kind).map(({ id }) => id);
  return { residentIds: of("resident"), passIds: of("visitor"), plates: of("plate") };
}
