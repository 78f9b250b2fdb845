import { IconUsers } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "../session/abilities.ts";
import { useSession } from "../session/session.tsx";
import { Dropdown } from "../ui/Dropdown.tsx";
import classes from "./OnDutyPeople.module.css";
import { lazyPart } from "./part.ts";
import { useDesk, useTenant } from "./tenant.tsx";

const HandOverDialog = lazyPart(() => import("../desk/HandOverDialog.tsx"), "HandOverDialog");

/** Who has a desk open now. Nobody can say while the channel is away, and then it says that. */
export function OnDutyPeople() {
  const { t } = useTranslation();
  const { user } = useSession();
  const { membership } = useTenant();
  const people = useDesk("onDuty");
  const [isHandingOver, setIsHandingOver] = useState(false);
  const names = (people ?? []).map(({ userId, displayName }) =>
    userId === user.id ? t("duty.you", { name: displayName }) : displayName,
  );
  return (
    <>
      <Dropdown
        label={
          people === null
            ? `${t("duty.unknown")} (?)`
            : t("duty.label", { count: people.length, names: names.join(", ") })
        }
        side="right"
        widthRem={17}
        className={classes["duty"]}
        data-testid="on-duty"
        button={
          <>
            <IconUsers size={18} stroke={1.7} aria-hidden="true" />
            <span className={classes["names"]}>
              {people === null ? t("duty.unknown") : names.join(", ")}
            </span>
            <span className={classes["count"]}>{people?.length ?? "?"}</span>
          </>
        }
      >
        {(close) => (
          <>
            <h2 className={classes["title"]}>{t("duty.title")}</h2>
            {people === null && <p className={classes["note"]}>{t("duty.unknown")}</p>}
            <ul className={classes["list"]}>
              {(people ?? []).map((person, index) => (
                <li key={person.userId}>
                  <span>{names[index]}</span>
                  <span className={classes["note"]}>
                    {person.inHand.length > 0
                      ? t("duty.inHand", { count: person.inHand.length })
                      : t(`role.${person.role as "guard"}`)}
                  </span>
                </li>
              ))}
            </ul>
            {may(membership.role, "guard") && (
              <button
                type="button"
                className={classes["handOver"]}
                onClick={() => {
                  close();
                  setIsHandingOver(true);
                }}
                data-testid="hand-over"
              >
                {t("shift.handOver")}
              </button>
            )}
          </>
        )}
      </Dropdown>
      <Suspense>
        {isHandingOver && <HandOverDialog onClose={() => setIsHandingOver(false)} />}
      </Suspense>
    </>
  );
}
