import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../migrations.ts";

/**
 * Under which keys advisories may know an inventory's packages. Apart from the inventories, whose rows are twenty times as
 * long: an update of the advisories reads all of these and few of those.
 */
export async function createLookupKeys(db: Kysely<unknown>, { bytes }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("inventory_keys")
    .addColumn("inventory_id", "text", (column) => column.primaryKey().references("inventories.id").onDelete("cascade"))
    .addColumn("keys", sql.raw(bytes), (column) => column.notNull())
    .execute();
}
