import { useTranslation } from "react-i18next";
import type { Visit } from "./visits.ts";
import { waitingReason } from "./waiting-reason.ts";

/** Why the gate did what it did by itself, as a sentence and in its colour. */
export function useWhy(visit: Visit): { text: string; tone: "waiting" | "refused" | "admitted" } {
  const { t } = useTranslation();
  const { eventType, payload } = visit.event;
  const { decision, unit_name: unit = "—" } = payload;
  switch (eventType) {
    case "resident_arrived":
      return {
        tone: "admitted",
        text: t("why.resident", { unit, name: payload.resident_name ?? "" }),
      };
    case "visitor_arrived":
      return {
        tone: "admitted",
        text: t("why.visitor", { unit, name: payload.visitor_name ?? "" }),
      };
    case "resident_departed":
      return {
        tone: "admitted",
        text: t("why.resident_out", { unit, name: payload.resident_name ?? "" }),
      };
    case "visitor_departed":
      return {
        tone: "admitted",
        text: t("why.visitor_out", { unit, name: payload.visitor_name ?? "" }),
      };
    case "vehicle_departed":
      return { tone: "admitted", text: t("why.vehicle_out") };
    case "vehicle_without_plate":
      return { tone: "waiting", text: t("why.no_plate") };
    case "access_denied":
      return { tone: "refused", text: denied(decision.reason) };
    case "unknown_vehicle":
      return { tone: "waiting", text: t(`why.${waitingReason(decision.reason)}`) };
  }

  function denied(reason: string | null): string {
    const name = payload.resident_name ?? payload.visitor_name ?? "";
    switch (reason) {
      case "deny_listed":
        return t("why.deny_listed", { reason: payload.deny_reason ?? "—" });
      case "expired":
        return t("why.expired", { unit, name });
      case "not_yet_valid":
        return t("why.not_yet_valid", { unit, name });
      case "outside_hours":
        return t("why.outside_hours", { unit, name });
      case "pass_used_up":
        return t("why.pass_used_up", { unit, name });
      case "lockdown":
        return t("why.lockdown", { unit, name });
      case "gate_failed":
        return t("why.gate_failed", { unit, name });
      default:
        return t("why.denied");
    }
  }
}
