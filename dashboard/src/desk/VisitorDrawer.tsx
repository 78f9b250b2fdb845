import { lazy, Suspense } from "react";
import type { Visit } from "./visits.ts";

const VisitorForm = lazy(() =>
  import("./VisitorForm.tsx").then(({ VisitorForm }) => ({ default: VisitorForm })),
);

interface VisitorDrawerProps {
  visit: Visit;
  isOpen: boolean;
  onClose(): void;
  /** Opens the gate for the visitor; null where nothing can be opened. */
  onOpen: (() => void) | null;
}

/** Registers whoever stands there as a house's visitor; its form is fetched when first asked for. */
export function VisitorDrawer({ isOpen, ...rest }: VisitorDrawerProps) {
  if (!isOpen) return null;
  return (
    <Suspense>
      <VisitorForm {...rest} />
    </Suspense>
  );
}
