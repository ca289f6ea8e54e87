import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** For a `details` that is a menu: a click elsewhere, or Escape, closes it and gives the focus back. */
export function useClosing(): RefObject<HTMLDetailsElement | null> {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: MouseEvent | KeyboardEvent): void => {
      const element = menu.current;
      if (!element?.open) return;
      const isInside = event.target instanceof Node && element.contains(event.target);
      if (event instanceof KeyboardEvent ? event.key !== "Escape" : isInside) return;
      element.open = false;
      if (event instanceof KeyboardEvent) element.querySelector("summary")?.focus();
    };
    document.addEventListener("click", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("click", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  return menu;
}
