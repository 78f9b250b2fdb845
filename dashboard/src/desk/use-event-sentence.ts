import type { RealtimeEvent, SightingPayload } from "@portero/access";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useSites } from "../app/tenant.tsx";
import { reasonWords } from "./reasons.ts";
import { waitingReason } from "./waiting-reason.ts";

/** "Casa 14 · Familia Rojas", or as much of it as is known. */
function whoCame({ unit_name, resident_name, visitor_name }: SightingPayload): string {
  return [unit_name, resident_name ?? visitor_name].filter(Boolean).join(" · ") || "—";
}

/** Words for events; an event type that this version does not know is shown by its name. */
export function useEventSentence(): (event: RealtimeEvent) => string {
  const { t } = useTranslation();
  const { gates, cameras } = useSites();
  const sentence = (event: RealtimeEvent): string => {
    const gate = gates.find(({ id }) => id === event.gateId)?.name ?? t("gate.none");
    const camera = cameras.find(({ id }) => id === event.cameraId)?.name ?? t("camera.none");
    switch (event.eventType) {
      case "resident_arrived":
      case "visitor_arrived":
      case "resident_departed":
      case "visitor_departed":
        return t(`event.${event.eventType}`, { who: whoCame(event.payload) });
      case "vehicle_departed":
        return t("event.vehicle_departed");
      case "unknown_vehicle":
        return t(`event.${waitingReason(event.payload.decision.reason)}`);
      case "access_denied":
        return t("event.access_denied");
      case "vehicle_without_plate":
        return t("event.vehicle_without_plate");
      case "vehicle_left":
        return t("event.vehicle_left");
      case "gate_opened": {
        const { by_name: name, reason } = event.payload;
        if (!name) return t("event.gate_opened", { gate });
        return t("event.gate_opened_by", {
          gate,
          name,
          reason: reason ? reasonWords(reason, t) : "—",
        });
      }
      case "gate_command_failed":
        return t(`event.gate_command_failed.${event.payload.outcome}`, { gate });
      case "entry_refused":
        return t("event.entry_refused", { name: event.payload.by_name ?? "—" });
      case "plate_corrected":
        return t("event.plate_corrected", {
          name: event.payload.by_name ?? "—",
          plate: event.payload.plate,
        });
      case "alert_escalated":
        return t(`event.alert_escalated.${event.payload.stage}`);
      case "shift_handed_over":
        return t("event.shift_handed_over", {
          name: event.payload.by_name ?? "—",
          note: event.payload.note,
        });
      case "shift_taken_over":
        return t("event.shift_taken_over", { name: event.payload.by_name ?? "—" });
      case "gate_mode_changed": {
        const { by_name: name, reason, mode } = event.payload;
        return t("event.gate_mode_changed", {
          gate,
          mode: t(`gate.mode.${mode as "lockdown"}`),
          name: name ?? "—",
          reason,
        });
      }
      case "camera_offline":
        return t("event.camera_offline", { camera });
      case "camera_online":
        return t("event.camera_online", { camera });
      case "alert":
        return t(`alert.${event.payload.code}`, {
          gate,
          camera,
          defaultValue: event.payload.detail ?? event.payload.code,
        });
      default:
        return (event as { eventType: string }).eventType;
    }
  };
  // The same function while what it tells from is the same, so that lists may keep their lines.
  return useCallback(sentence, [t, gates, cameras]);
}
