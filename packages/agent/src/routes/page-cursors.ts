import { randomUUID } from "node:crypto";
import { BrokerError, type Clock, systemClock } from "@tidewaiter/runtime";

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** Cuts a registry's listing into pages of the caller's size without listing from the start for each. */
export interface PageCursors<T> {
  /**
   * The page after `cursor`, the first when there is none. A listing that was forgotten meanwhile, or that another
   * replica holds, is begun again and read up to the place.
   *
   * @throws {BrokerError} INPUT_INVALID for a cursor of another listing.
   */
  page(request: PageRequest<T>): Promise<Page<T>>;
}

export interface PageRequest<T> {
  /** Names connection and listing; cursors of another scope are refused. */
  readonly scope: string;
  readonly cursor?: string;
  readonly limit: number;
  readonly open: (signal: AbortSignal) => AsyncIterable<readonly T[]>;
}

export interface PageCursorsOptions {
  /** Listings that are kept open at most. */
  readonly maxOpen?: number;
  readonly idleMs?: number;
  readonly clock?: Clock;
}

interface Listing<T> {
  readonly scope: string;
  readonly iterator: AsyncIterator<readonly T[]>;
  readonly controller: AbortController;
  rest: readonly T[];
  offset: number;
  usedAt: number;
}

export function createPageCursors<T>(options: PageCursorsOptions = {}): PageCursors<T> {
  const { maxOpen = 100, idleMs = 300_000, clock = systemClock } = options;
  const kept = new Map<string, Listing<T>>();
  const evict = (): void => {
    for (const [id, listing] of kept) {
      if (kept.size <= maxOpen && clock.now() - listing.usedAt <= idleMs) return;
      kept.delete(id);
      void close(listing);
    }
  };
  return {
    async page({ scope, cursor, limit, open }) {
      const place = cursor === undefined ? undefined : parseCursor(cursor, scope);
      const listing = (place && takeKept(kept, place, scope)) ?? begin(scope, open);
      try {
        if (place) await skipTo(listing, place.offset);
        const items = await take(listing, limit);
        const isLast = items.length < limit || !(await hasMore(listing));
        if (isLast) return { items };
        const id = randomUUID();
        listing.usedAt = clock.now();
        kept.set(id, listing);
        evict();
        return { items, nextCursor: formatCursor(id, listing.offset, scope) };
      } catch (error) {
        void close(listing);
        throw error;
      }
    },
  };
}

function begin<T>(scope: string, open: PageRequest<T>["open"]): Listing<T> {
  const controller = new AbortController();
  const iterator = open(controller.signal)[Symbol.asyncIterator]();
  return { scope, iterator, controller, rest: [], offset: 0, usedAt: 0 };
}

function takeKept<T>(kept: Map<string, Listing<T>>, place: Place, scope: string): Listing<T> | undefined {
  const listing = kept.get(place.id);
  if (!listing || listing.scope !== scope || listing.offset !== place.offset) return undefined;
  kept.delete(place.id);
  return listing;
}

async function hasMore<T>(listing: Listing<T>): Promise<boolean> {
  while (listing.rest.length === 0) {
    const next = await listing.iterator.next();
    if (next.done) return false;
    listing.rest = next.value;
  }
  return true;
}

async function take<T>(listing: Listing<T>, count: number): Promise<T[]> {
  const items: T[] = [];
  while (items.length < count && (await hasMore(listing))) {
    const part = listing.rest.slice(0, count - items.length);
    items.push(...part);
    listing.rest = listing.rest.slice(part.length);
    listing.offset += part.length;
  }
  return items;
}

async function skipTo<T>(listing: Listing<T>, offset: number): Promise<void> {
  while (listing.offset < offset && (await hasMore(listing))) {
    const part = Math.min(listing.rest.length, offset - listing.offset);
    listing.rest = listing.rest.slice(part);
    listing.offset += part;
  }
}

async function close<T>({ iterator, controller }: Listing<T>): Promise<void> {
  controller.abort(new DOMException("the listing was let go", "AbortError"));
  await iterator.return?.().catch(() => {});
}

interface Place {
  readonly id: string;
  readonly offset: number;
}

function formatCursor(id: string, offset: number, scope: string): string {
  return Buffer.from(JSON.stringify([id, offset, scope])).toString("base64url");
}

function parseCursor(text: string, scope: string): Place {
  try {
    const json: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (Array.isArray(json) && typeof json[0] === "string" && Number.isSafeInteger(json[1]) && json[2] === scope) {
      return { id: json[0], offset: json[1] };
    }
  } catch {
    // Falls through to the refusal below.
  }
  throw new BrokerError("INPUT_INVALID", "cursor: not one that this listing gave out");
}
