import { SEVERITIES, type Severity } from "@tidewaiter/inventory";
import type { z } from "zod";
import type { Viewer } from "../access/principal.ts";
import type { ProjectView, projectsQuery } from "../api/contract/projects.ts";
import { connectionsOfTypes } from "../store/connections-of-types.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, encodeCursor, type Page } from "../store/paging.ts";
import { toFlag } from "../store/values.ts";
import { toProjectViews } from "./project-view.ts";

export type ProjectsQuery = z.output<typeof projectsQuery>;
export type ProjectFilters = Omit<ProjectsQuery, "limit" | "cursor" | "sort">;

/** A page of projects. Every sort ends with the id, so that a cursor names one place. */
export async function listProjects(
  db: Db,
  viewer: Viewer,
  query: ProjectsQuery,
  now: number,
): Promise<Page<ProjectView>> {
  const { limit, cursor, sort } = query;
  const rows = await sorted(filtered(db, viewer, query, now), sort, cursor)
    .limit(limit + 1)
    .execute();
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const items = await toProjectViews(db, kept, now);
  if (rows.length <= limit || !last) return { items };
  const key = {
    repository: [last.repository, last.reference, last.id],
    severity: [last.worst ?? NO_DATA, last.repository, last.id],
    scannedAt: [last.scanned_at ?? 0, last.id],
  }[sort];
  return { items, nextCursor: encodeCursor(key) };
}

/** Behind every rank. */
const NO_DATA = 99;

type Query = ReturnType<typeof filtered>;

function filtered(db: Db, { connections }: Viewer, filters: ProjectFilters, now: number) {
  const { connectionId, type, repository, search, severity, fixable, signed, state } = filters;
  let query = db.selectFrom("projects").selectAll();
  if (connections !== null) query = query.where("connection_id", "in", [...connections, ""]);
  if (connectionId !== undefined) query = query.where("connection_id", "=", connectionId);
  if (type) query = query.where("connection_id", "in", connectionsOfTypes(db, type));
  if (repository !== undefined) query = query.where("repository", "=", repository);
  if (search) query = query.where("repository", "like", containsPattern(search));
  if (severity) query = query.where("worst", "in", severity.map(rankOf));
  if (fixable !== undefined) query = query.where("is_fixable", "=", toFlag(fixable));
  if (signed !== undefined) query = query.where("is_signed", "=", toFlag(signed));
  if (state) query = query.where("state", "in", [...state, ""]);
  if (filters.new !== undefined) query = query.where("new_until", filters.new ? ">" : "<=", now);
  return query;
}

function sorted(query: Query, sort: ProjectsQuery["sort"], cursor: string | undefined): Query {
  if (sort === "repository") {
    const after = decodeCursor(cursor, 3);
    const ordered = query.orderBy("repository").orderBy("reference").orderBy("id");
    return after
      ? ordered.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple("repository", "reference", "id"),
            ">",
            tuple(String(after[0]), String(after[1]), String(after[2])),
          ),
        )
      : ordered;
  }
  if (sort === "severity") {
    const after = decodeCursor(cursor, 3);
    const ordered = query.where("worst", "is not", null).orderBy("worst").orderBy("repository").orderBy("id");
    return after
      ? ordered.where(({ eb, refTuple, tuple }) =>
          eb(refTuple("worst", "repository", "id"), ">", tuple(Number(after[0]), String(after[1]), String(after[2]))),
        )
      : ordered;
  }
  const after = decodeCursor(cursor, 2);
  const ordered = query.where("scanned_at", "is not", null).orderBy("scanned_at", "desc").orderBy("id", "desc");
  return after
    ? ordered.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("scanned_at", "id"), "<", tuple(Number(after[0]), String(after[1]))),
      )
    : ordered;
}

function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** LIKE pattern for text anywhere; repositories hold neither `%` nor `\`, and `_` as a wildcard finds itself too. */
export function containsPattern(text: string): string {
  return `%${text.toLowerCase().replaceAll("%", "")}%`;
}
