import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { createAccessTables } from "./migrations/access.ts";
import { createDeliveryTables } from "./migrations/delivery.ts";
import { createImageTables } from "./migrations/images.ts";
import { createLookupKeys } from "./migrations/lookup-keys.ts";
import { createRegistryTables } from "./migrations/registry.ts";
import { createReplicaTables } from "./migrations/replicas.ts";

export type Engine = "sqlite" | "postgres";

/** What the engines call the same thing. Text compares by bytes on both. */
export interface ColumnTypes {
  readonly text: "text";
  readonly bytes: "blob" | "bytea";
}

type Step = (db: Kysely<unknown>, types: ColumnTypes) => Promise<void>;

/** By name, in order. Never change one that was released: add another. */
const STEPS: Readonly<Record<string, Step>> = {
  "0001-access": createAccessTables,
  "0002-registry": createRegistryTables,
  "0003-images": createImageTables,
  "0004-delivery": createDeliveryTables,
  "0005-replicas": createReplicaTables,
  "0006-lookup-keys": createLookupKeys,
};

export function migrationsFor(engine: Engine): Record<string, Migration> {
  const types: ColumnTypes = { text: "text", bytes: engine === "sqlite" ? "blob" : "bytea" };
  return Object.fromEntries(
    Object.entries(STEPS).map(([name, step]) => [name, { up: (db: Kysely<unknown>) => step(db, types) }]),
  );
}
