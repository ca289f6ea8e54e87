import type { Viewer } from "../access/principal.ts";
import type { Db } from "../store/open.ts";

/** Names of the connections that the viewer may see, by id. */
export async function readNames(db: Db, { connections }: Viewer): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom("connections")
    .select(["id", "name"])
    .$if(connections !== null, (query) => query.where("id", "in", [...(connections ?? []), ""]))
    .orderBy("name")
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
