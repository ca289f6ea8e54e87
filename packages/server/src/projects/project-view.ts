import type { RegistryType, ScanState } from "@tidewaiter/contract";
import type { OperatingSystem } from "@tidewaiter/inventory";
import type { ProjectView } from "../api/contract/projects.ts";
import type { Schedule } from "../api/contract/schedule-schema.ts";
import { toTotals } from "../images/totals.ts";
import type { Db } from "../store/open.ts";
import type { StoredProblem, Tables } from "../store/tables.ts";
import { fromJsonOrNull, toIso, toIsoOrNull } from "../store/values.ts";

type Row = Tables["projects"];

/** Projects with what connection and image add, in three queries whatever their number. */
export async function toProjectViews(db: Db, rows: readonly Row[], now: number): Promise<ProjectView[]> {
  const connections = await readConnections(db, rows);
  const images = await readImages(db, rows);
  return rows.map((row) => {
    const connection = connections.get(row.connection_id);
    const image = row.image_id === null ? undefined : images.get(row.image_id);
    const os = fromJsonOrNull<OperatingSystem>(image?.operating_system ?? null);
    return {
      id: row.id,
      connectionId: row.connection_id,
      connectionName: connection?.name ?? "",
      registryType: (connection?.type ?? "oci") as RegistryType,
      repository: row.repository,
      reference: row.reference,
      state: row.state as ScanState,
      error: fromJsonOrNull<StoredProblem>(row.error),
      imageId: row.image_id,
      digest: image?.digest ?? null,
      platform: image?.platform ?? null,
      sizeBytes: image?.size_bytes ?? null,
      operatingSystem: os && (os.prettyName ?? [os.id, os.versionId].filter(Boolean).join(" ")),
      packages: image?.packages ?? null,
      problems: image?.problems ?? null,
      totals: toTotals(row),
      isSigned: row.is_signed === null ? null : row.is_signed === 1,
      isNew: row.new_until > now,
      activeScanId: row.active_scan_id,
      importedAt: toIso(row.imported_at),
      scannedAt: toIsoOrNull(row.scanned_at),
      matchedAt: toIsoOrNull(row.matched_at),
      schedule: fromJsonOrNull<Schedule>(row.schedule),
      ruleId: row.rule_id,
    };
  });
}

/** Names and types of the connections of some rows. */
export async function readConnections(
  db: Db,
  rows: readonly { readonly connection_id: string }[],
): Promise<Map<string, Pick<Tables["connections"], "id" | "name" | "type">>> {
  const ids = [...new Set(rows.map(({ connection_id }) => connection_id))];
  if (ids.length === 0) return new Map();
  const found = await db.selectFrom("connections").select(["id", "name", "type"]).where("id", "in", ids).execute();
  return new Map(found.map((row) => [row.id, row]));
}

async function readImages(db: Db, rows: readonly Row[]) {
  const ids = [...new Set(rows.flatMap(({ image_id }) => image_id ?? []))];
  if (ids.length === 0) return new Map();
  const found = await db
    .selectFrom("images")
    .innerJoin("inventories", "inventories.id", "images.inventory_id")
    .select([
      "images.id",
      "images.digest",
      "inventories.platform",
      "inventories.size_bytes",
      "inventories.operating_system",
      "inventories.packages",
      "inventories.problems",
    ])
    .where("images.id", "in", ids)
    .execute();
  return new Map(found.map((row) => [row.id, row]));
}
