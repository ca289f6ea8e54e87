import type { Kysely } from "kysely";

/** Connections, their tokens and what their registries list. */
export async function createRegistryTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("connections")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull().unique())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("options", "text", (column) => column.notNull())
    .addColumn("allow_mode", "text", (column) => column.notNull())
    .addColumn("schedule", "text")
    .addColumn("next_run_at", "bigint")
    .addColumn("poll_seconds", "integer")
    .addColumn("next_poll_at", "bigint")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("last_connected_at", "bigint")
    .addColumn("lost_at", "bigint")
    .addColumn("last_check", "text")
    .addColumn("hook_id", "text")
    .execute();
  await db.schema
    .createTable("tokens")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .addColumn("last_used_at", "bigint")
    .execute();
  await db.schema.createIndex("tokens_by_connection").on("tokens").column("connection_id").execute();
  await createListings(db);
  await createRules(db);
}

async function createListings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("listings")
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("repository", "text", (column) => column.notNull())
    .addColumn("fetched_at", "bigint", (column) => column.notNull())
    .addColumn("is_complete", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("listings_key", ["connection_id", "repository"])
    .execute();
  await db.schema
    .createTable("listed_repositories")
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("repository", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("listed_repositories_key", ["connection_id", "repository"])
    .execute();
  await db.schema
    .createTable("listed_tags")
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("repository", "text", (column) => column.notNull())
    .addColumn("tag", "text", (column) => column.notNull())
    .addColumn("digest", "text")
    .addColumn("size_bytes", "bigint")
    .addColumn("pushed_at", "bigint")
    .addColumn("platforms", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("listed_tags_key", ["connection_id", "repository", "tag"])
    .execute();
}

async function createRules(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("rules")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("repository", "text", (column) => column.notNull())
    .addColumn("include", "text", (column) => column.notNull())
    .addColumn("exclude", "text", (column) => column.notNull())
    .addColumn("newest", "integer")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("last_run_at", "bigint")
    .addColumn("last_error", "text")
    .addUniqueConstraint("rules_one_each", ["connection_id", "repository"])
    .execute();
}
