import type { Kysely } from "kysely";

/** Allow lists, alerts, day totals and Dockerfiles. */
export async function createDeliveryTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("allow_entries")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("connection_id", "text", (column) => column.references("connections.id").onDelete("cascade"))
    .addColumn("advisory", "text", (column) => column.notNull())
    .addColumn("package", "text")
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .execute();
  await db.schema.createIndex("allow_entries_by_connection").on("allow_entries").column("connection_id").execute();
  await createAlerts(db);
  await db.schema
    .createTable("connection_totals")
    .addColumn("connection_id", "text", (column) =>
      column.primaryKey().references("connections.id").onDelete("cascade"),
    )
    .addColumn("projects", "integer", (column) => column.notNull())
    .addColumn("without_data", "integer", (column) => column.notNull())
    .addColumn("found", "text", (column) => column.notNull())
    .addColumn("remaining", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("daily_totals")
    .addColumn("day", "text", (column) => column.notNull())
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("counts", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("daily_totals_key", ["day", "connection_id"])
    .execute();
  await db.schema
    .createTable("dockerfiles")
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("repository", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("dockerfiles_key", ["connection_id", "repository"])
    .execute();
}

async function createAlerts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("channels")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("url", "text", (column) => column.notNull())
    .addColumn("secret", "text")
    .addColumn("events", "text", (column) => column.notNull())
    .addColumn("connection_id", "text", (column) => column.references("connections.id").onDelete("cascade"))
    .addColumn("is_enabled", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("deliveries")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("channel_id", "text", (column) => column.notNull().references("channels.id").onDelete("cascade"))
    .addColumn("event", "text", (column) => column.notNull())
    .addColumn("dedupe_key", "text", (column) => column.notNull())
    .addColumn("payload", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("status", "integer")
    .addColumn("error", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("next_attempt_at", "bigint", (column) => column.notNull())
    .addColumn("finished_at", "bigint")
    .addUniqueConstraint("deliveries_once", ["channel_id", "dedupe_key"])
    .execute();
  await db.schema.createIndex("deliveries_by_state").on("deliveries").columns(["state", "next_attempt_at"]).execute();
  await db.schema.createIndex("deliveries_by_channel").on("deliveries").columns(["channel_id", "id"]).execute();
}
