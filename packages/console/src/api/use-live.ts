import { useEffect, useRef } from "preact/hooks";
import type { LiveListener } from "./live.ts";
import { useServices } from "./services.ts";
import type { LiveEventName } from "./types/index.ts";

const SETTLE_MS = 700;

/** Hears every live event while the part is shown. */
export function useLive(listener: LiveListener): void {
  const { live } = useServices();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => live.listen((name, data) => latest.current(name, data)), [live]);
}

/** Calls `reload` after one of `events` (or a gap in them) came; a burst of events is one call for each pause of `SETTLE_MS`. */
export function useLiveReload(events: readonly LiveEventName[], reload: () => void): void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useLive((name) => {
    if (name !== "reset" && !events.includes(name)) return;
    if (timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      reload();
    }, SETTLE_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
