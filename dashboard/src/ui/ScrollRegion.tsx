import type { ReactNode, Ref } from "react";

interface ScrollRegionProps {
  label: string;
  className: string | undefined;
  children: ReactNode;
  ref?: Ref<HTMLElement>;
}

/** What scrolls by itself, within reach of the keyboard. */
export function ScrollRegion({ label, className, children, ref }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no wheel must scroll it by keys.
    <section ref={ref} className={className} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
