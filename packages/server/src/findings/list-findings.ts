import { SEVERITIES } from "@tidewaiter/inventory";
import { SqliteAdapter, sql } from "kysely";
import type { z } from "zod";
import type { Viewer } from "../access/principal.ts";
import type { findingRoutes, findingSummarySchema } from "../api/contract/findings.ts";
import { severityAt } from "../matching/outcome.ts";
import { connectionsOfTypes } from "../store/connections-of-types.ts";
import type { Db } from "../store/open.ts";
import { type CursorKey, decodeCursor, type Page, toPage } from "../store/paging.ts";
import { toFlag } from "../store/values.ts";

export type FindingsQuery = z.output<(typeof findingRoutes)["list"]["query"]>;
type Summary = z.output<typeof findingSummarySchema>;
type Row = Awaited<ReturnType<typeof readSeverity>>[number];

/**
 * Findings over all images, worst first. Each severity is read by itself: within one, every filter has an index that
 * gives the rows in the order of the page.
 */
export async function listFindings(db: Db, viewer: Viewer, query: FindingsQuery): Promise<Page<Summary>> {
  const { limit, cursor, severity } = query;
  const after = decodeCursor(cursor, 5);
  const first = after === undefined ? 0 : Number(after[0]);
  const ranks = SEVERITIES.map((_, rank) => rank).filter(
    (rank) => rank >= first && (!severity || severity.includes(severityAt(rank))),
  );
  const rows: Row[] = [];
  for (const rank of ranks) {
    const position = after !== undefined && rank === first ? after : undefined;
    rows.push(...(await readSeverity(db, viewer, query, rank, position, limit + 1 - rows.length)));
    if (rows.length > limit) break;
  }
  return toPage(rows, limit, (row) => [row.severity, row.advisory, row.inventory_id, row.seq, row.image_id], toSummary);
}

/** Rows of one severity behind a position, which is [severity, advisory, inventory, seq, image]. */
function readSeverity(
  db: Db,
  { connections }: Viewer,
  query: FindingsQuery,
  rank: number,
  after: CursorKey | undefined,
  limit: number,
) {
  const { connectionId, type, repository, fixable, advisory } = query;
  const [, lastAdvisory, lastInventory, lastSeq, lastImage] = after ?? [];
  const connection = connectionColumn(db, repository === undefined);
  return db
    .selectFrom("findings")
    .innerJoin("images", "images.inventory_id", "findings.inventory_id")
    .select([
      "findings.severity",
      "advisory",
      "findings.inventory_id",
      "seq",
      "package",
      "version",
      "purl",
      "fixed_version",
    ])
    .select(["is_known_exploited", "images.id as image_id", "connection_id", "repository", "digest"])
    .where("findings.severity", "=", rank)
    .$if(advisory !== undefined, (select) => select.where("advisory", "=", advisory ?? ""))
    .$if(query.package !== undefined, (select) => select.where("package", "=", query.package ?? ""))
    .$if(fixable !== undefined, (select) => select.where("findings.is_fixable", "=", toFlag(fixable ?? false)))
    .$if(connections !== null, (select) => select.where(connection, "in", [...(connections ?? []), ""]))
    .$if(connectionId !== undefined, (select) => select.where(connection, "=", connectionId ?? ""))
    .$if(type !== undefined, (select) => select.where(connection, "in", connectionsOfTypes(db, type ?? [])))
    .$if(repository !== undefined, (select) => select.where("repository", "=", repository ?? ""))
    .$if(after !== undefined, (select) =>
      select.where(({ eb, refTuple, tuple, and, not }) => {
        const here = refTuple("advisory", "findings.inventory_id", "seq");
        const last = tuple(String(lastAdvisory), String(lastInventory), Number(lastSeq));
        return and([eb(here, ">=", last), not(and([eb(here, "=", last), eb("images.id", "<=", String(lastImage))]))]);
      }),
    )
    .orderBy("advisory")
    .orderBy("findings.inventory_id")
    .orderBy("seq")
    .orderBy("images.id")
    .limit(limit)
    .execute();
}

/**
 * SQLite would take a connection's images first and sort all their findings, which are many; an expression has no index,
 * so it walks the findings in order and leaves others out. PostgreSQL knows the shares. Within a repository the images
 * are few, and first is right.
 */
function connectionColumn(db: Db, isWide: boolean) {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter;
  return isWide && isSqlite ? sql<string>`${sql.ref("connection_id")} || ''` : sql.ref<string>("connection_id");
}

function toSummary(row: Row): Summary {
  return {
    id: row.advisory,
    severity: severityAt(row.severity),
    package: { name: row.package, version: row.version, purl: row.purl },
    fixedVersion: row.fixed_version,
    isKnownExploited: row.is_known_exploited === 1,
    connectionId: row.connection_id,
    repository: row.repository,
    imageId: row.image_id,
    digest: row.digest,
  };
}
