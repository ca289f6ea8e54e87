import { repositoriesPageSchema, type TagMetadata, tagsPageSchema, tagsWithMetadataSchema } from "@tidewaiter/contract";
import { BrokerError, type Clock, toBrokerError } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { tagRowSchema } from "../api/contract/listings.ts";
import type { KnownTag } from "../imports/choose-tags.ts";
import { containsPattern } from "../projects/list-projects.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, type PageQuery, toPage } from "../store/paging.ts";
import type { Tables } from "../store/tables.ts";
import { fromJson, toFlag, toIso, toIsoOrNull, toJson } from "../store/values.ts";
import type { AgentCalls } from "./agent-calls.ts";

export interface ListingsOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly agent: AgentCalls;
  /** Age from which a listing is read anew, ms. */
  readonly maxAgeMs: number;
  /** Names read of one listing; what is beyond is left out, and the listing says that it is not complete. */
  readonly maxNames: number;
}

interface ListingState {
  readonly fetchedAt: string;
  readonly isComplete: boolean;
}
type ListQuery = PageQuery & { readonly search?: string; readonly refresh?: boolean };

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

const ROWS_AT_ONCE = 500;
const PAGE = 500;

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

async function readRepositories(
  options: ListingsOptions,
  connectionId: string,
  _: string,
  signal: AbortSignal,
): Promise<void> {
  const { agent, maxNames } = options;
  const names = new Set<string>();
  let cursor: string | undefined;
  do {
    const path = `/list-paginated/?${pageParameters(cursor)}`;
    const page = await agent.json(connectionId, repositoriesPageSchema, { method: "GET", path, signal });
    for (const name of page.repositories) if (names.size < maxNames) names.add(name);
    cursor = page.nextCursor;
  } while (cursor !== undefined && names.size < maxNames);
  const rows = [...names].map((repository) => ({ connection_id: connectionId, repository }));
  await replaceListing(options, connectionId, "", cursor === undefined, async (db) => {
    await db.deleteFrom("listed_repositories").where("connection_id", "=", connectionId).execute();
    for (const piece of pieces(rows)) await db.insertInto("listed_repositories").values(piece).execute();
  });
}

async function readTags(
  options: ListingsOptions,
  connectionId: string,
  repository: string,
  signal: AbortSignal,
): Promise<void> {
  const { tags, isComplete } = await fetchTags(options, connectionId, repository, signal);
  const rows = [...new Map(tags.map((tag) => [tag.tag, toTagRow(connectionId, repository, tag)])).values()];
  await replaceListing(options, connectionId, repository, isComplete, async (db) => {
    await db
      .deleteFrom("listed_tags")
      .where("connection_id", "=", connectionId)
      .where("repository", "=", repository)
      .execute();
    for (const piece of pieces(rows)) await db.insertInto("listed_tags").values(piece).execute();
  });
}

/** With metadata where the agent gives them, else names only. */
async function fetchTags(
  { agent, maxNames }: ListingsOptions,
  connectionId: string,
  repository: string,
  signal: AbortSignal,
): Promise<{ tags: TagMetadata[]; isComplete: boolean }> {
  const tags: TagMetadata[] = [];
  let cursor: string | undefined;
  let isNamesOnly = false;
  do {
    try {
      const page = await fetchTagPage(agent, connectionId, repository, cursor, isNamesOnly, signal);
      tags.push(...page.tags);
      cursor = page.nextCursor;
    } catch (error) {
      if (isNamesOnly || cursor !== undefined || !isUnknownRoute(error)) throw error;
      isNamesOnly = true;
      continue;
    }
    if (cursor === undefined) break;
  } while (tags.length < maxNames);
  return { tags: tags.slice(0, maxNames), isComplete: cursor === undefined };
}

async function fetchTagPage(
  agent: AgentCalls,
  connectionId: string,
  repository: string,
  cursor: string | undefined,
  isNamesOnly: boolean,
  signal: AbortSignal,
): Promise<{ tags: TagMetadata[]; nextCursor?: string }> {
  const route = isNamesOnly ? "list-paginated" : "list-with-metadata";
  const call = { method: "GET", path: `/${route}/${repository}?${pageParameters(cursor)}`, signal } as const;
  if (!isNamesOnly) return agent.json(connectionId, tagsWithMetadataSchema, call);
  const { tags, nextCursor } = await agent.json(connectionId, tagsPageSchema, call);
  return { tags: tags.map((tag) => ({ tag })), nextCursor };
}

function isUnknownRoute(error: unknown): boolean {
  return ["NOT_FOUND", "FILTER_BLOCKED"].includes(toBrokerError(error).code);
}

function pageParameters(cursor: string | undefined): string {
  return new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) }).toString();
}

function pieces<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, index) =>
    rows.slice(index * ROWS_AT_ONCE, (index + 1) * ROWS_AT_ONCE),
  );
}

async function replaceListing(
  { db, clock }: ListingsOptions,
  connectionId: string,
  repository: string,
  isComplete: boolean,
  replace: (db: Db) => Promise<void>,
): Promise<void> {
  const state = { fetched_at: clock.now(), is_complete: toFlag(isComplete) };
  await db.transaction().execute(async (trx) => {
    await replace(trx);
    await trx
      .insertInto("listings")
      .values({ connection_id: connectionId, repository, ...state })
      .onConflict((conflict) => conflict.columns(["connection_id", "repository"]).doUpdateSet(state))
      .execute();
  });
}

function toTagRow(
  connectionId: string,
  repository: string,
  { tag, digest, sizeBytes, pushedAt, platforms }: TagMetadata,
): Tables["listed_tags"] {
  return {
    connection_id: connectionId,
    repository,
    tag,
    digest: digest ?? null,
    size_bytes: sizeBytes ?? null,
    pushed_at: pushedAt === undefined ? null : Date.parse(pushedAt),
    platforms: toJson(platforms ?? []),
  };
}

async function pageRepositories(db: Db, connectionId: string, { limit, cursor, search }: ListQuery) {
  const after = decodeCursor(cursor, 1)?.[0];
  const rows = await db
    .selectFrom("listed_repositories")
    .select(["repository"])
    .select(({ selectFrom }) =>
      selectFrom("projects")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .whereRef("projects.connection_id", "=", "listed_repositories.connection_id")
        .whereRef("projects.repository", "=", "listed_repositories.repository")
        .as("imported"),
    )
    .where("connection_id", "=", connectionId)
    .$if(Boolean(search), (query) => query.where("repository", "like", containsPattern(search ?? "")))
    .$if(after !== undefined, (query) => query.where("repository", ">", String(after)))
    .orderBy("repository")
    .limit(limit + 1)
    .execute();
  return toPage(
    rows,
    limit,
    ({ repository }) => [repository],
    ({ repository, imported }) => ({ repository, imported: Number(imported) }),
  );
}

async function pageTags(db: Db, connectionId: string, repository: string, { limit, cursor, search }: ListQuery) {
  const after = decodeCursor(cursor, 1)?.[0];
  const rows = await db
    .selectFrom("listed_tags")
    .leftJoin("projects", (join) =>
      join
        .onRef("projects.connection_id", "=", "listed_tags.connection_id")
        .onRef("projects.repository", "=", "listed_tags.repository")
        .onRef("projects.reference", "=", "listed_tags.tag"),
    )
    .select(["listed_tags.tag", "digest", "size_bytes", "pushed_at", "platforms", "projects.id as project_id"])
    .where("listed_tags.connection_id", "=", connectionId)
    .where("listed_tags.repository", "=", repository)
    .$if(Boolean(search), (query) => query.where("listed_tags.tag", "like", `%${search?.replaceAll("%", "")}%`))
    .$if(after !== undefined, (query) => query.where("listed_tags.tag", ">", String(after)))
    .orderBy("listed_tags.tag")
    .limit(limit + 1)
    .execute();
  return toPage(
    rows,
    limit,
    ({ tag }) => [tag],
    (row) => ({
      tag: row.tag,
      digest: row.digest,
      sizeBytes: row.size_bytes,
      pushedAt: toIsoOrNull(row.pushed_at),
      platforms: fromJson<string[]>(row.platforms),
      projectId: row.project_id,
    }),
  );
}
