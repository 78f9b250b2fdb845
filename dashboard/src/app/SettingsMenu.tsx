import { IconSettings } from "@tabler/icons-react";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Dropdown } from "../ui/Dropdown.tsx";
import classes from "./Header.module.css";
import { lazyPart } from "./part.ts";

const SettingsPanel = lazyPart(() => import("./SettingsPanel.tsx"), "SettingsPanel");

export function SettingsMenu() {
  const { t } = useTranslation();
  return (
    <Dropdown
      label={t("settings.label")}
      side="right"
      widthRem={20}
      className={classes["icon"]}
      button={<IconSettings size={20} stroke={1.7} aria-hidden="true" />}
      data-testid="settings"
    >
      {() => (
        <Suspense>
          <SettingsPanel />
        </Suspense>
      )}
    </Dropdown>
  );
}
