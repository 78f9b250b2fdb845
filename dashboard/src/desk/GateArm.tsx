import type { GateStatus } from "@portero/store";
import classes from "./GateArm.module.css";

const ANGLES: Partial<Record<GateStatus["state"], number>> = {
  opening: -34,
  open: -62,
  held_open: -62,
  forced_open: -62,
  closing: -34,
};

/** A barrier in its position: lowered, on its way, raised, or dashed where nobody knows. */
export function GateArm({ state }: { state: GateStatus["state"] }) {
  return (
    <svg
      viewBox="0 0 44 32"
      width="44"
      height="32"
      className={classes["arm"]}
      data-state={state}
      aria-hidden="true"
    >
      <path d="M3 30.500h38" className={classes["ground"]} />
      <rect x="5" y="15" width="6" height="15" rx="1.500" className={classes["post"]} />
      <g style={{ transform: `rotate(${ANGLES[state] ?? 0}deg)` }} className={classes["swing"]}>
        <path d="M8 17.500h31" className={classes["beam"]} />
      </g>
    </svg>
  );
}
