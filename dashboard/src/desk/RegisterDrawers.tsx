import { Suspense } from "react";
import { lazyPart } from "../app/part.ts";
import type { Asking } from "./InHandPane.tsx";
import type { Visit } from "./visits.ts";

const VisitorForm = lazyPart(() => import("./VisitorForm.tsx"), "VisitorForm");
const EnrolForm = lazyPart(() => import("./EnrolForm.tsx"), "EnrolForm");

interface RegisterDrawersProps {
  visit: Visit;
  asking: Asking;
  onClose(): void;
  /** Opens the gate with that reason; null where nothing can be opened. */
  onOpen: ((reason: string) => void) | null;
}

/** Writes whoever stands there down, as a house's visitor or for good; the forms are fetched when first asked for. */
export function RegisterDrawers({ visit, asking, onClose, onOpen }: RegisterDrawersProps) {
  return (
    <Suspense>
      {asking === "visitor" && (
        <VisitorForm
          visit={visit}
          onClose={onClose}
          onOpen={onOpen && (() => onOpen("registered_visit"))}
        />
      )}
      {asking === "enrol" && (
        <EnrolForm
          visit={visit}
          onClose={onClose}
          onOpen={onOpen && (() => onOpen("registered_vehicle"))}
        />
      )}
    </Suspense>
  );
}
