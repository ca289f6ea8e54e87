import type { Finding, Inventory } from "@tidewaiter/inventory";
import { notFound, sees, type Viewer } from "../access/principal.ts";
import { unpack } from "../matching/packing.ts";
import type { Db } from "../store/open.ts";

/** An image with what its lists need, without the large columns. */
export type ImageRow = Awaited<ReturnType<typeof findImage>>;

/** @throws {BrokerError} NOT_FOUND, also for what the viewer may not see. */
export async function findImage(db: Db, viewer: Viewer, id: string) {
  const row = await db
    .selectFrom("images")
    .innerJoin("inventories", "inventories.id", "images.inventory_id")
    .select([
      "images.id",
      "images.connection_id",
      "images.repository",
      "images.digest",
      "images.inventory_id",
      "images.first_seen_at",
      "images.worst",
      "images.remaining",
      "inventories.analyser",
      "inventories.platform",
      "inventories.size_bytes",
      "inventories.packages",
      "inventories.problems",
      "inventories.operating_system",
      "inventories.found",
      "inventories.coverage",
      "inventories.coverage_rows",
      "inventories.matched_at",
    ])
    .where("images.id", "=", id)
    .executeTakeFirst();
  if (!row || !sees(viewer, row.connection_id)) throw notFound("image");
  return row;
}

export async function readInventory(db: Db, inventoryId: string): Promise<Inventory> {
  const row = await db.selectFrom("inventories").select("body").where("id", "=", inventoryId).executeTakeFirstOrThrow();
  return unpack<Inventory>(row.body);
}

/** Findings worst first; empty before the first match (the coverage then says `none`). */
export async function readFindings(db: Db, inventoryId: string): Promise<Finding[]> {
  const row = await db
    .selectFrom("inventories")
    .select("findings")
    .where("id", "=", inventoryId)
    .executeTakeFirstOrThrow();
  return row.findings === null ? [] : unpack<Finding[]>(row.findings);
}
