import type { SetupTable } from "@portero/store";
import type { ReactNode } from "react";
import { SidePanel } from "../ui/SidePanel.tsx";
import { useSiteChanges } from "./use-site-changes.ts";

interface SetupPanelProps {
  table: SetupTable;
  /** Null for a new one. */
  device: { id: string; name: string } | null;
  /** What the panel of a new one is called. */
  addTitle: string;
  /** Null where it cannot be taken away. */
  removal: { label: string; question: string } | null;
  isValid: boolean;
  onSave(): Promise<unknown>;
  onClose(): void;
  children: ReactNode;
}

/** Adds or changes a site, its cameras and its gates, or takes one of them away. */
export function SetupPanel(props: SetupPanelProps) {
  const { table, device, addTitle, removal, isValid, onSave, onClose, children } = props;
  const changes = useSiteChanges();
  return (
    <SidePanel
      title={device?.name ?? addTitle}
      onClose={onClose}
      isValid={isValid}
      onSave={async () => {
        await onSave();
        changes.refresh();
      }}
      removal={
        device && removal
          ? {
              label: removal.label,
              question: removal.question,
              onRemove: () => changes.remove(table, device.id),
            }
          : undefined
      }
    >
      {children}
    </SidePanel>
  );
}
