import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useRegister } from "../app/tenant.tsx";

/** Houses to choose from, in the order in which people count them, each with who lives there. */
export function useUnitOptions(): { value: string; label: string }[] {
  const { i18n } = useTranslation();
  const { units, residents } = useRegister();
  return useMemo(() => {
    const byName = new Intl.Collator(i18n.language, { numeric: true });
    const names = Map.groupBy(residents, ({ unitId }) => unitId);
    return [...units]
      .sort((a, b) => byName.compare(a.name, b.name))
      .map(({ id, name }) => {
        const who = (names.get(id) ?? []).map(({ fullName }) => fullName).join(", ");
        return { value: id, label: who ? `${name} · ${who}` : name };
      });
  }, [units, residents, i18n.language]);
}
