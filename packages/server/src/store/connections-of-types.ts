import type { RegistryType } from "@tidewaiter/contract";
import type { Db } from "./open.ts";

/** The ids of all connections to registries of these types, as what stands behind `in`. */
export function connectionsOfTypes(db: Db, types: readonly RegistryType[]) {
  return db
    .selectFrom("connections")
    .select("id")
    .where("type", "in", [...types, ""]);
}
