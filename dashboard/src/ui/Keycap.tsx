import type { ReactNode } from "react";
import classes from "./Keycap.module.css";

/** The key that does the same as the button it stands on. */
export function Keycap({ children }: { children: ReactNode }) {
  return (
    <span className={classes["key"]} aria-hidden="true">
      {children}
    </span>
  );
}
