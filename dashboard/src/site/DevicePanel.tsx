import type { ReactNode } from "react";
import { SidePanel } from "../ui/SidePanel.tsx";
import { useSiteChanges } from "./use-site-changes.ts";

interface DevicePanelProps {
  table: "cameras" | "gates";
  /** Null for a new one. */
  device: { id: string; name: string } | null;
  /** What the panel of a new one is called. */
  addTitle: string;
  removal: { label: string; question: string };
  isValid: boolean;
  onSave(): Promise<unknown>;
  onClose(): void;
  children: ReactNode;
}

/** Adds or changes a camera or a gate of a site, or takes it away. */
export function DevicePanel(props: DevicePanelProps) {
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
        device ? { ...removal, onRemove: () => changes.remove(table, device.id) } : undefined
      }
    >
      {children}
    </SidePanel>
  );
}
