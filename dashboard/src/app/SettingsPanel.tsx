import "@mantine/core/styles.layer.css";
import { Button, SegmentedControl, Switch, useMantineColorScheme } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSession } from "../session/session.tsx";
import { LanguagePicker } from "./LanguagePicker.tsx";
import { changePreferences, usePreferences } from "./preferences.ts";
import classes from "./SettingsMenu.module.css";
import { useTenant } from "./tenant.tsx";

export function SettingsPanel() {
  const { t } = useTranslation();
  const { membership } = useTenant();
  const { logOut, user } = useSession();
  const { isLargeType } = usePreferences();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <div className={classes["person"]}>
        <strong>{membership.displayName}</strong>
        <span>
          {t(`role.${membership.role}`)} · {user.email}
        </span>
      </div>
      <div className={classes["row"]}>
        <span>{t("settings.language")}</span>
        <LanguagePicker />
      </div>
      <div className={classes["row"]}>
        <span>{t("settings.theme")}</span>
        <SegmentedControl
          size="xs"
          aria-label={t("settings.theme")}
          value={colorScheme}
          onChange={setColorScheme}
          data={[
            { value: "auto", label: t("settings.auto") },
            { value: "dark", label: t("settings.dark") },
            { value: "light", label: t("settings.light") },
          ]}
        />
      </div>
      <div className={classes["row"]}>
        <Switch
          label={t("settings.largeType")}
          checked={isLargeType}
          onChange={(event) => changePreferences({ isLargeType: event.currentTarget.checked })}
        />
      </div>
      <Button
        variant="default"
        fullWidth
        mt="xs"
        leftSection={<IconLogout size={18} />}
        onClick={logOut}
        data-testid="log-out"
      >
        {t("session.logOut")}
      </Button>
    </>
  );
}
