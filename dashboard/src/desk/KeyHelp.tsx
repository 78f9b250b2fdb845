import "@mantine/core/styles.layer.css";
import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useTenant } from "../app/tenant.tsx";
import { may } from "../session/abilities.ts";
import { Keycap } from "../ui/Keycap.tsx";
import classes from "./KeyHelp.module.css";

const KEYS = [
  [["J", "K"], "choose"],
  [["O", "1–9"], "open"],
  [["N"], "refuse"],
  [["U"], "undo"],
  [["S"], "release"],
  [["C"], "correct"],
  [["V"], "visitor"],
  [["A"], "enrol"],
  [["D"], "doubts"],
  [["Z"], "zoom"],
  [["/"], "search"],
  [["Esc"], "back"],
  [["?"], "help"],
] as const;

export function KeyHelp({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const mayEnrol = may(useTenant().membership.role, "editRegister");
  return (
    <Modal opened onClose={onClose} withCloseButton={false} aria-labelledby="keys-title" centered>
      <h2 id="keys-title" className={classes["title"]}>
        {t("keys.title")}
      </h2>
      <dl className={classes["keys"]}>
        {KEYS.filter(([, what]) => what !== "enrol" || mayEnrol).map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <Keycap key={key}>{key}</Keycap>
              ))}
            </dt>
            <dd>{t(`keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
