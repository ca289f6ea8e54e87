import { createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { changeQuery } from "./address.ts";

export interface Navigation {
  readonly path: string;
  readonly query: URLSearchParams;
  /** False on the page that the browser loaded: there the focus belongs to the browser. */
  readonly hasMoved: boolean;
  /** The secret part of a one-time link; it never leaves the browser by itself. */
  readonly fragment: string;
  go(to: string, how?: "push" | "replace"): void;
  /** Changes the query in place, as filters do. */
  refine(changes: Readonly<Record<string, string | undefined>>): void;
}

export const NavigationContext = createContext<Navigation | undefined>(undefined);

export function useNavigation(): Navigation {
  const navigation = useContext(NavigationContext);
  if (!navigation) throw new Error("outside of the page");
  return navigation;
}

/** Follows the browser's address. Plain links inside the page are followed without loading it again. */
export function useBrowserNavigation(): Navigation {
  const [first] = useState(() => location.pathname);
  const [href, setHref] = useState(() => location.href);
  const [hasMoved, setHasMoved] = useState(false);
  const { pathname: path } = new URL(href);
  useEffect(() => {
    if (path !== first) setHasMoved(true);
  }, [path, first]);
  useEffect(() => {
    const read = (): void => setHref(location.href);
    const follow = (event: MouseEvent): void => {
      const target = ownTarget(event);
      if (target === undefined) return;
      event.preventDefault();
      history.pushState(null, "", target);
      scrollTo(0, 0);
      read();
    };
    addEventListener("popstate", read);
    document.addEventListener("click", follow);
    return () => {
      removeEventListener("popstate", read);
      document.removeEventListener("click", follow);
    };
  }, []);
  return useMemo(() => {
    const { pathname, searchParams, hash } = new URL(href);
    const go = (to: string, how: "push" | "replace" = "push"): void => {
      if (how === "push") history.pushState(null, "", to);
      else history.replaceState(null, "", to);
      setHref(location.href);
    };
    return {
      path: pathname,
      query: searchParams,
      hasMoved,
      fragment: hash.slice(1),
      go,
      refine: (changes) => go(pathname + changeQuery(searchParams, changes), "replace"),
    };
  }, [href, hasMoved]);
}

/** The address that a click asks for, when it is a page of ours and no new tab or download is wanted. */
function ownTarget(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return undefined;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link?.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return undefined;
  if (link.pathname.startsWith("/api/") || link.getAttribute("href")?.startsWith("#")) return undefined;
  return link.href;
}
