import { BrokerError } from "@tidewaiter/runtime";

/** One page as a registry gave it. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next one is; undefined on the last. */
  readonly next?: URL;
}

export interface PagesOptions<T> {
  readonly first: URL;
  readonly read: (url: URL) => Promise<Page<T>>;
  readonly keyOf: (item: T) => string;
  /** Most pages of one listing. */
  readonly budget: number;
  /** For the error. */
  readonly what: string;
  /** True for an error that means: this cursor is gone. The walk then begins anew, once. */
  readonly isCursorGone?: (error: unknown) => boolean;
}

/** Names kept to drop repeated ones; registries repeat near the seam of two pages, so the oldest may go. */
const MAX_REMEMBERED = 200_000;

/**
 * Pages as they come, without repeated items and without empty pages. Ends by the absence of a next link only.
 *
 * @throws {BrokerError} REGISTRY_PROTOCOL when the registry goes round in circles.
 */
export async function* readPages<T>({
  first,
  read,
  keyOf,
  budget,
  what,
  isCursorGone,
}: PagesOptions<T>): AsyncGenerator<readonly T[]> {
  const seen = new Set<string>();
  const asked = new Set<string>();
  let hasRestarted = false;
  let url: URL | undefined = first;
  for (let count = 0; url; count += 1) {
    if (asked.has(url.href) || count >= budget) throw circles(what, count);
    asked.add(url.href);
    let page: Page<T>;
    try {
      page = await read(url);
    } catch (error) {
      if (hasRestarted || url === first || !isCursorGone?.(error)) throw error;
      hasRestarted = true;
      asked.clear();
      url = first;
      continue;
    }
    const fresh = page.items.filter((item) => remember(seen, keyOf(item)));
    if (fresh.length > 0) yield fresh;
    // What was read before the walk began anew is no sign of a circle.
    else if (page.next && page.items.length > 0 && !hasRestarted) throw circles(what, count + 1);
    url = page.next;
  }
}

function remember(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  if (seen.size > MAX_REMEMBERED) for (const oldest of seen) return seen.delete(oldest);
  return true;
}

function circles(what: string, pages: number): BrokerError {
  return new BrokerError("REGISTRY_PROTOCOL", `${what}: the registry repeats itself after ${pages} pages`, {
    likely: "a proxy or cache in front of the registry ignores the page parameters",
    action: "let the query of /v2/ calls through unchanged",
  });
}

/**
 * The next page's address. Only the query of a link is taken: its host and path are wrong on some registries (Artifactory,
 * Nexus), and the query is passed on untouched since cursors may be opaque (reference, 3.3).
 */
export function nextPage(current: URL, link: string | undefined): URL | undefined {
  if (!link) return undefined;
  const mark = link.indexOf("?");
  if (mark < 0) return undefined;
  const next = new URL(current);
  next.search = link.slice(mark).replace(/#.*$/s, "");
  return next;
}
