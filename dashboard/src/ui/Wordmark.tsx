import classes from "./Wordmark.module.css";

/** The product's name with its mark: a post and a raised arm. */
export function Wordmark() {
  return (
    <span className={classes["wordmark"]}>
      <svg viewBox="0 0 64 64" width="28" height="28" aria-hidden="true">
        <rect x="8" y="34" width="11" height="22" rx="3" fill="currentColor" />
        <path d="M13.5 35 57 12" stroke="#ffb020" strokeWidth="9" strokeLinecap="round" />
        <path d="m25 29 7-3.700M40 21l7-3.700" stroke="#14171b" strokeWidth="9" />
      </svg>
      Portero
    </span>
  );
}
