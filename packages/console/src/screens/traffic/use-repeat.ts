import { useEffect, useRef } from "preact/hooks";

/** Does `work` again and again while it is wanted and somebody can see the page. */
export function useRepeat(isWanted: boolean, everyMs: number, work: () => void): void {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    if (!isWanted) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") latest.current();
    }, everyMs);
    return () => clearInterval(timer);
  }, [isWanted, everyMs]);
}
