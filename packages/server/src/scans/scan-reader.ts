import type { z } from "zod";
import { notFound, sees, type Viewer } from "../access/principal.ts";
import type { ScanView, scanRoutes } from "../api/contract/scans.ts";
import { connectionsOfTypes } from "../store/connections-of-types.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, toPage } from "../store/paging.ts";
import { type ScanRow, toScanView } from "./scan-view.ts";

export type ScansQuery = z.output<(typeof scanRoutes)["list"]["query"]>;

/** @throws {BrokerError} NOT_FOUND, also for what the viewer may not see. */
export async function findScan(db: Db, viewer: Viewer, id: string): Promise<ScanRow> {
  const row = await db.selectFrom("scans").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row || !sees(viewer, row.connection_id)) throw notFound("scan");
  return row;
}

/** Newest first. */
export async function listScans(
  db: Db,
  { connections }: Viewer,
  query: ScansQuery,
  now: number,
): Promise<Page<ScanView>> {
  const { limit, cursor, connectionId, type, projectId, importId, state } = query;
  const after = decodeCursor(cursor, 1)?.[0];
  const rows = await db
    .selectFrom("scans")
    .selectAll()
    .$if(connections !== null, (select) => select.where("connection_id", "in", [...(connections ?? []), ""]))
    .$if(connectionId !== undefined, (select) => select.where("connection_id", "=", connectionId ?? ""))
    .$if(type !== undefined, (select) => select.where("connection_id", "in", connectionsOfTypes(db, type ?? [])))
    .$if(projectId !== undefined, (select) => select.where("project_id", "=", projectId ?? ""))
    .$if(importId !== undefined, (select) => select.where("import_id", "=", importId ?? ""))
    .$if(state !== undefined, (select) => select.where("state", "in", [...(state ?? []), ""]))
    .$if(after !== undefined, (select) => select.where("id", "<", String(after)))
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  return toPage(
    rows,
    limit,
    ({ id }) => [id],
    (row) => toScanView(row, now),
  );
}
