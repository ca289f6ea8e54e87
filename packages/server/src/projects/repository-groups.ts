import type { RegistryType } from "@tidewaiter/contract";
import type { z } from "zod";
import type { Viewer } from "../access/principal.ts";
import type { projectRoutes, repositoryGroupSchema } from "../api/contract/projects.ts";
import { severityAt } from "../matching/outcome.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, toPage } from "../store/paging.ts";
import { containsPattern } from "./list-projects.ts";
import { readConnections } from "./project-view.ts";

type Group = z.output<typeof repositoryGroupSchema>;
type GroupsQuery = z.output<(typeof projectRoutes)["groups"]["query"]>;

/** One row for each repository of each connection. */
export async function listGroups(db: Db, { connections }: Viewer, query: GroupsQuery): Promise<Page<Group>> {
  const { limit, cursor, connectionId, search } = query;
  const after = decodeCursor(cursor, 2);
  const rows = await db
    .selectFrom("projects")
    .select(({ fn }) => [
      "connection_id",
      "repository",
      fn.countAll<number>().as("projects"),
      fn.min("worst").as("worst"),
    ])
    .$if(connections !== null, (select) => select.where("connection_id", "in", [...(connections ?? []), ""]))
    .$if(connectionId !== undefined, (select) => select.where("connection_id", "=", connectionId ?? ""))
    .$if(Boolean(search), (select) => select.where("repository", "like", containsPattern(search ?? "")))
    .$if(after !== undefined, (select) =>
      select.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("repository", "connection_id"), ">", tuple(String(after?.[0]), String(after?.[1]))),
      ),
    )
    .groupBy(["repository", "connection_id"])
    .orderBy("repository")
    .orderBy("connection_id")
    .limit(limit + 1)
    .execute();
  const named = await readConnections(db, rows);
  return toPage(
    rows,
    limit,
    (row) => [row.repository, row.connection_id],
    (row) => ({
      connectionId: row.connection_id,
      connectionName: named.get(row.connection_id)?.name ?? "",
      registryType: (named.get(row.connection_id)?.type ?? "oci") as RegistryType,
      repository: row.repository,
      projects: Number(row.projects),
      worst: row.worst === null ? null : severityAt(Number(row.worst)),
    }),
  );
}
