/** Why a guard is told of an `unknown_vehicle`. */
export type WaitingReason =
  | "unknown_vehicle"
  | "register_too_old"
  | "second_opinion_differs"
  | "unsure_read";

/** From the decision's reason: what is none of these names a doubt about the read. */
export function waitingReason(reason: string | null): WaitingReason {
  switch (reason) {
    case null:
      return "unknown_vehicle";
    case "unknown_vehicle":
    case "register_too_old":
    case "second_opinion_differs":
      return reason;
    default:
      return "unsure_read";
  }
}
