import { containsPattern } from "../projects/list-projects.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type PageQuery, toPage } from "../store/paging.ts";
import { fromJson, toIsoOrNull } from "../store/values.ts";

export type ListQuery = PageQuery & { readonly search?: string; readonly refresh?: boolean };

/** Repositories by name; `search` is text anywhere in it. */
export async function pageRepositories(db: Db, connectionId: string, { limit, cursor, search }: ListQuery) {
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

/** Tags by name, with the project that follows each. */
export async function pageTags(db: Db, connectionId: string, repository: string, { limit, cursor, search }: ListQuery) {
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
