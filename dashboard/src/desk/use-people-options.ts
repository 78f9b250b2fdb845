import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useRegister } from "../app/tenant.tsx";

/** Residents to choose from, house by house in the order in which people count them. */
export function usePeopleOptions(): { value: string; label: string }[] {
  const { i18n } = useTranslation();
  const { units, residents } = useRegister();
  return useMemo(() => {
    const byName = new Intl.Collator(i18n.language, { numeric: true });
    const houses = new Map(units.map(({ id, name }) => [id, name]));
    return residents
      .filter(({ active }) => active)
      .map(({ id, fullName, unitId }) => ({
        value: id,
        label: `${houses.get(unitId) ?? "—"} · ${fullName}`,
      }))
      .sort((a, b) => byName.compare(a.label, b.label));
  }, [units, residents, i18n.language]);
}
