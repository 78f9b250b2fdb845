import { type RefObject, useLayoutEffect, useState } from "react";

/** Rows beyond both edges that are drawn as well, so that a quick hand finds them there. */
const AROUND = 8;

/**
 * The indices of the rows that are in sight of what scrolls, and of some around them. All rows have one height: their
 * places are products, and nothing has to be measured however many there are.
 */
export function useVisibleRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
): number[] {
  const [{ first, end }, setRange] = useState({ first: 0, end: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let heightPx = 0;
    const look = () => {
      const { scrollTop } = element;
      const next = {
        first: Math.max(0, Math.floor(scrollTop / rowPx) - AROUND),
        end: Math.ceil((scrollTop + heightPx) / rowPx) + AROUND,
      };
      setRange((now) => (now.first === next.first && now.end === next.end ? now : next));
    };
    const measure = () => {
      heightPx = element.clientHeight;
      look();
    };
    measure();
    const sized = new ResizeObserver(measure);
    sized.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroller, rowPx]);
  const length = Math.max(0, Math.min(count, end) - first);
  return Array.from({ length }, (_, place) => first + place);
}

/** A length in the page's own measure, which large type makes longer. */
export function remPx(rem: number): number {
  return rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}
