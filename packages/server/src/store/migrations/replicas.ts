import type { Kysely } from "kysely";

/** Servers that share this store, the tunnels that each of them holds, and who lists the rules of an import. */
export async function createReplicaTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("replicas")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("slot", "integer", (column) => column.notNull().unique())
    .addColumn("url", "text", (column) => column.notNull())
    .addColumn("advisories", "text")
    .addColumn("lease_until", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("tunnels")
    .addColumn("replica_id", "text", (column) => column.notNull().references("replicas.id").onDelete("cascade"))
    .addColumn("connection_id", "text", (column) => column.notNull())
    .addColumn("client_id", "text", (column) => column.notNull())
    .addColumn("client", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("tunnels_key", ["replica_id", "connection_id", "client_id"])
    .execute();
  await db.schema.createIndex("tunnels_by_connection").on("tunnels").column("connection_id").execute();
  await db.schema.alterTable("imports").addColumn("owner", "text").execute();
}
