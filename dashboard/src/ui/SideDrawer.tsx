import "@mantine/core/styles.layer.css";
import { CloseButton, Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./SidePanel.module.css";

/** A drawer from the right with its own head: the page behind keeps its place. */
export function SideDrawer(props: { title: string; onClose(): void; children: ReactNode }) {
  const { title, onClose, children } = props;
  const { t } = useTranslation();
  return (
    <Drawer.Root opened onClose={onClose} position="right" size="30rem">
      <Drawer.Overlay backgroundOpacity={0.4} />
      <Drawer.Content aria-label={title}>
        <Drawer.Body pt="md">
          <div className={classes["head"]}>
            <h2 className={classes["title"]}>{title}</h2>
            <CloseButton size="lg" onClick={onClose} aria-label={t("action.close")} />
          </div>
          {children}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
