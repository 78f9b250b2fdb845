import { TextInput } from "@mantine/core";
import type { Site } from "@portero/store";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSites, useTenant } from "../app/tenant.tsx";
import { SetupPanel } from "./SetupPanel.tsx";
import classes from "./setup.module.css";

/** Adds a site or names it anew; one where nothing stands any more can be taken away. */
export function NamePanel({ site, onClose }: { site: Site | null; onClose(): void }) {
  const { t } = useTranslation();
  const { data } = useTenant();
  const { gates, cameras } = useSites();
  const [name, setName] = useState(site?.name ?? "");
  const left = [...gates, ...cameras].filter(({ siteId }) => siteId === site?.id).length;
  return (
    <SetupPanel
      table="sites"
      device={site}
      addTitle={t("setup.addSite")}
      removal={
        left === 0
          ? {
              label: t("setup.removeSite"),
              question: t("setup.removeSiteQuestion", { site: site?.name ?? "" }),
            }
          : null
      }
      isValid={name.trim() !== ""}
      onSave={() => (site ? data.renameSite(site.id, name.trim()) : data.addSite(name.trim()))}
      onClose={onClose}
    >
      <TextInput
        label={t("setup.siteName")}
        description={t("setup.siteNameHint")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={120}
        required
        data-autofocus
        data-testid="site-name"
      />
      {left > 0 && <p className={classes["hint"]}>{t("setup.siteOccupied", { count: left })}</p>}
    </SetupPanel>
  );
}
