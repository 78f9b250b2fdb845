import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from "react";
import classes from "./Dropdown.module.css";

interface DropdownProps {
  label: string;
  /** Which edge of the button the panel keeps to. */
  side: "left" | "right";
  className: string | undefined;
  button: ReactNode;
  widthRem: number;
  children: (close: () => void) => ReactNode;
  "data-testid"?: string;
  "data-state"?: string;
}

/** A button with a panel under it. Closes by Escape and by a press elsewhere; the focus returns to the button. */
export function Dropdown(props: DropdownProps) {
  const { label, side, className, button, widthRem, children, ...rest } = props;
  const [isOpen, setIsOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => {
    setIsOpen(false);
    opener.current?.focus();
  };
  useLeaving(isOpen, place, () => setIsOpen(false), close);
  return (
    <div className={classes["place"]} ref={place}>
      <button
        ref={opener}
        type="button"
        className={className}
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setIsOpen((now) => !now)}
        {...rest}
      >
        {button}
      </button>
      {isOpen && (
        <section
          id={id}
          aria-label={label}
          className={classes["panel"]}
          data-side={side}
          style={{ width: `${widthRem}rem` }}
        >
          {children(close)}
        </section>
      )}
    </div>
  );
}

function useLeaving(
  isOpen: boolean,
  place: RefObject<HTMLElement | null>,
  leave: () => void,
  close: () => void,
): void {
  const latest = useRef({ leave, close });
  useEffect(() => {
    latest.current = { leave, close };
  });
  useEffect(() => {
    if (!isOpen) return;
    const onPress = (event: PointerEvent) => {
      if (!place.current?.contains(event.target as Node)) latest.current.leave();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      latest.current.close();
    };
    document.addEventListener("pointerdown", onPress);
    document.addEventListener("keydown", onKey, { capture: true });
    return () => {
      document.removeEventListener("pointerdown", onPress);
      document.removeEventListener("keydown", onKey, { capture: true });
    };
  }, [isOpen, place]);
}
