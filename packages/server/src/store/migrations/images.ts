import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../migrations.ts";

/** Projects, images, inventories, findings, imports and scans. */
export async function createImageTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createInventories(db, types);
  await createImages(db);
  await createProjects(db);
  await createImports(db);
  await createScans(db);
}

async function createInventories(db: Kysely<unknown>, { bytes }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("inventories")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("analyser", "text", (column) => column.notNull())
    .addColumn("platform", "text", (column) => column.notNull())
    .addColumn("size_bytes", "bigint", (column) => column.notNull())
    .addColumn("packages", "integer", (column) => column.notNull())
    .addColumn("problems", "integer", (column) => column.notNull())
    .addColumn("operating_system", "text")
    .addColumn("layers", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("found", "text")
    .addColumn("coverage", "text")
    .addColumn("coverage_rows", "text")
    .addColumn("matched_at", "bigint")
    .addColumn("generation", "text")
    .addColumn("body", sql.raw(bytes), (column) => column.notNull())
    .addColumn("findings", sql.raw(bytes))
    .addUniqueConstraint("inventories_one_each", ["digest", "analyser"])
    .execute();
  await db.schema.createIndex("inventories_by_generation").on("inventories").columns(["generation", "id"]).execute();
  await db.schema
    .createTable("findings")
    .addColumn("inventory_id", "text", (column) => column.notNull().references("inventories.id").onDelete("cascade"))
    .addColumn("seq", "integer", (column) => column.notNull())
    .addColumn("severity", "integer", (column) => column.notNull())
    .addColumn("advisory", "text", (column) => column.notNull())
    .addColumn("package", "text", (column) => column.notNull())
    .addColumn("version", "text", (column) => column.notNull())
    .addColumn("purl", "text", (column) => column.notNull())
    .addColumn("fixed_version", "text")
    .addColumn("is_fixable", "integer", (column) => column.notNull())
    .addColumn("is_known_exploited", "integer", (column) => column.notNull())
    .addColumn("issue_key", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("findings_key", ["inventory_id", "seq"])
    .execute();
  // The last column is there to be filtered by without a look into the table.
  const order = ["severity", "advisory", "inventory_id", "seq", "is_fixable"];
  await db.schema.createIndex("findings_by_severity").on("findings").columns(order).execute();
  await db.schema
    .createIndex("findings_by_advisory")
    .on("findings")
    .columns(["advisory", ...order])
    .execute();
  await db.schema
    .createIndex("findings_by_package")
    .on("findings")
    .columns(["package", ...order])
    .execute();
}

async function createImages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("images")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("repository", "text", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("inventory_id", "text", (column) => column.notNull().references("inventories.id"))
    .addColumn("first_seen_at", "bigint", (column) => column.notNull())
    .addColumn("worst", "integer")
    .addColumn("is_fixable", "integer", (column) => column.notNull())
    .addColumn("remaining", "text")
    .addUniqueConstraint("images_one_each", ["connection_id", "repository", "digest"])
    .execute();
  await db.schema
    .createIndex("images_by_inventory")
    .on("images")
    .columns(["inventory_id", "connection_id", "repository"])
    .execute();
  await db.schema.createIndex("images_by_digest").on("images").column("digest").execute();
  await db.schema
    .createTable("issues")
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("repository", "text", (column) => column.notNull())
    .addColumn("issue_key", "text", (column) => column.notNull())
    .addColumn("first_seen_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("issues_key", ["connection_id", "repository", "issue_key"])
    .execute();
}

async function createProjects(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("projects")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("repository", "text", (column) => column.notNull())
    .addColumn("reference", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("error", "text")
    .addColumn("image_id", "text")
    .addColumn("active_scan_id", "text")
    .addColumn("rule_id", "text")
    .addColumn("is_signed", "integer")
    .addColumn("imported_at", "bigint", (column) => column.notNull())
    .addColumn("new_until", "bigint", (column) => column.notNull())
    .addColumn("scanned_at", "bigint")
    .addColumn("schedule", "text")
    .addColumn("next_run_at", "bigint")
    .addColumn("state_identifier", "text")
    .addColumn("worst", "integer")
    .addColumn("is_fixable", "integer", (column) => column.notNull())
    .addColumn("found", "text")
    .addColumn("remaining", "text")
    .addColumn("coverage", "text")
    .addColumn("matched_at", "bigint")
    .addUniqueConstraint("projects_one_each", ["connection_id", "repository", "reference"])
    .execute();
  await createProjectIndexes(db);
  await createHistory(db);
}

/** The first index has the order of the list and every column that it filters by, so that no filter reads the table. */
async function createProjectIndexes(db: Kysely<unknown>): Promise<void> {
  const filters = ["connection_id", "worst", "is_fixable", "is_signed", "state", "new_until"];
  const list = ["repository", "reference", "id", ...filters];
  await db.schema.createIndex("projects_by_name").on("projects").columns(list).execute();
  const group = ["repository", "connection_id", "worst"];
  await db.schema.createIndex("projects_by_repository").on("projects").columns(group).execute();
  await db.schema.createIndex("projects_by_worst").on("projects").columns(["worst", "repository", "id"]).execute();
  await db.schema.createIndex("projects_by_scan_time").on("projects").columns(["scanned_at", "id"]).execute();
  await db.schema.createIndex("projects_by_image").on("projects").column("image_id").execute();
  await db.schema.createIndex("projects_by_rule").on("projects").column("rule_id").execute();
  await db.schema.createIndex("projects_by_run").on("projects").column("next_run_at").execute();
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("tag_history")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("project_id", "text", (column) => column.notNull().references("projects.id").onDelete("cascade"))
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("tag_digest", "text")
    .addColumn("image_id", "text", (column) => column.notNull())
    .addColumn("seen_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("tag_history_by_project").on("tag_history").columns(["project_id", "id"]).execute();
  await db.schema.createIndex("tag_history_by_tag_digest").on("tag_history").column("tag_digest").execute();
}

async function createImports(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("imports")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("finished_at", "bigint")
    .addColumn("rules_left", "integer", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("imports_by_connection").on("imports").columns(["connection_id", "id"]).execute();
  await db.schema.createIndex("imports_by_state").on("imports").columns(["state", "id"]).execute();
}

async function createScans(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("scans")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("connection_id", "text", (column) => column.notNull().references("connections.id").onDelete("cascade"))
    .addColumn("project_id", "text", (column) => column.notNull().references("projects.id").onDelete("cascade"))
    .addColumn("import_id", "text")
    .addColumn("repository", "text", (column) => column.notNull())
    .addColumn("reference", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("trigger", "text", (column) => column.notNull())
    .addColumn("attempt", "integer", (column) => column.notNull())
    .addColumn("lease_until", "bigint", (column) => column.notNull())
    .addColumn("deadline_at", "bigint", (column) => column.notNull())
    .addColumn("queued_at", "bigint", (column) => column.notNull())
    .addColumn("started_at", "bigint")
    .addColumn("finished_at", "bigint")
    .addColumn("progress_at", "bigint")
    .addColumn("phase", "text")
    .addColumn("layers_done", "integer", (column) => column.notNull())
    .addColumn("layers_total", "integer", (column) => column.notNull())
    .addColumn("bytes_done", "bigint", (column) => column.notNull())
    .addColumn("bytes_total", "bigint", (column) => column.notNull())
    .addColumn("bytes_fetched", "bigint")
    .addColumn("worker", "text")
    .addColumn("image_id", "text")
    .addColumn("digest", "text")
    .addColumn("error", "text")
    .execute();
  const work = ["state", "connection_id", "attempt", "id"];
  await db.schema.createIndex("scans_by_state").on("scans").columns(work).execute();
  await db.schema.createIndex("scans_by_lease").on("scans").columns(["state", "lease_until"]).execute();
  await db.schema.createIndex("scans_by_deadline").on("scans").columns(["state", "deadline_at"]).execute();
  await db.schema.createIndex("scans_by_connection").on("scans").columns(["connection_id", "id"]).execute();
  await db.schema.createIndex("scans_by_import").on("scans").columns(["import_id", "id"]).execute();
  await db.schema.createIndex("scans_by_project").on("scans").columns(["project_id", "id"]).execute();
}
