import { repositoriesPageSchema, type TagMetadata, tagsPageSchema, tagsWithMetadataSchema } from "@tidewaiter/contract";
import { type Clock, toBrokerError } from "@tidewaiter/runtime";
import { markSignatures } from "../images/signatures.ts";
import type { Db } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";
import { toFlag, toJson } from "../store/values.ts";
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

const ROWS_AT_ONCE = 500;
const PAGE = 500;

/** Reads the list of repositories through the tunnel and replaces the one that is kept. */
export async function readRepositories(
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

/** Reads the tags of a repository through the tunnel and replaces those that are kept. */
export async function readTags(
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
  await markSignatures(options.db, connectionId, repository);
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
