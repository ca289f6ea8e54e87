import { BrokerError } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { tagRowSchema } from "../api/contract/listings.ts";
import type { KnownTag } from "../imports/choose-tags.ts";
import type { Db } from "../store/open.ts";
import type { Page } from "../store/paging.ts";
import type { Tables } from "../store/tables.ts";
import { toIso } from "../store/values.ts";
import { type ListQuery, pageRepositories, pageTags } from "./listing-pages.ts";
import { type ListingsOptions, readRepositories, readTags } from "./read-listing.ts";

interface ListingState {
  readonly fetchedAt: string;
  readonly isComplete: boolean;
}

/** What the registry of a connection lists, read through the tunnel and kept. */
export interface Listings {
  repositories(
    connectionId: string,
    query: ListQuery,
    signal: AbortSignal,
  ): Promise<Page<{ repository: string; imported: number }> & ListingState>;
  tags(
    connectionId: string,
    repository: string,
    query: ListQuery,
    signal: AbortSignal,
  ): Promise<Page<z.output<typeof tagRowSchema>> & ListingState>;
  /** Every tag, read now. */
  allTags(connectionId: string, repository: string, signal: AbortSignal): Promise<KnownTag[]>;
}

export function createListings(options: ListingsOptions): Listings {
  const { db } = options;
  const running = new Map<string, Promise<void>>();
  /** Two who ask at once wait for one reading. */
  const once = (key: string, read: () => Promise<void>): Promise<void> => {
    const present = running.get(key);
    if (present) return present;
    const work = read().finally(() => running.delete(key));
    running.set(key, work);
    return work;
  };
  const freshen = async (
    connectionId: string,
    repository: string,
    refresh: boolean,
    signal: AbortSignal,
  ): Promise<ListingState> => {
    const known = await readState(db, connectionId, repository);
    if (known && !refresh && options.clock.now() - known.fetched_at < options.maxAgeMs) return toState(known);
    try {
      const read = repository === "" ? readRepositories : readTags;
      await once(`${connectionId} ${repository}`, () => read(options, connectionId, repository, signal));
    } catch (error) {
      // An old listing with its age is worth more than an error, unless somebody asked for a new one.
      if (!known || refresh) throw error;
      return toState(known);
    }
    const state = await readState(db, connectionId, repository);
    if (!state) throw new BrokerError("NOT_FOUND", "no such connection");
    return toState(state);
  };
  return {
    async repositories(connectionId, query, signal) {
      const state = await freshen(connectionId, "", query.refresh ?? false, signal);
      return { ...(await pageRepositories(db, connectionId, query)), ...state };
    },
    async tags(connectionId, repository, query, signal) {
      const state = await freshen(connectionId, repository, query.refresh ?? false, signal);
      return { ...(await pageTags(db, connectionId, repository, query)), ...state };
    },
    async allTags(connectionId, repository, signal) {
      await freshen(connectionId, repository, true, signal);
      const rows = await db
        .selectFrom("listed_tags")
        .select(["tag", "pushed_at"])
        .where("connection_id", "=", connectionId)
        .where("repository", "=", repository)
        .execute();
      return rows.map(({ tag, pushed_at }) => ({ tag, pushedAt: pushed_at }));
    },
  };
}

function readState(db: Db, connectionId: string, repository: string): Promise<Tables["listings"] | undefined> {
  return db
    .selectFrom("listings")
    .selectAll()
    .where("connection_id", "=", connectionId)
    .where("repository", "=", repository)
    .executeTakeFirst();
}

function toState({ fetched_at, is_complete }: Tables["listings"]): ListingState {
  return { fetchedAt: toIso(fetched_at), isComplete: is_complete === 1 };
}
