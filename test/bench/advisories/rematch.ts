import { DatabaseSync } from "node:sqlite";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import {
  type AdvisoryStore,
  lookupKeys,
  matchAgain,
  matchInventory,
  type PackageKey,
  packLookupKeys,
  selectConcerned,
} from "@tidewaiter/advisories";
import type { Finding, Inventory } from "@tidewaiter/inventory";
import { buildInventory } from "./fleet.ts";
import type { Name } from "./names.ts";

const PACKAGES = 200;
const ROWS_AT_ONCE = 250;

/** When the data was built that the stored findings come from. */
export const BUILT_BEFORE = "2026-01-01T00:00:00.000Z";

/** Inventories stored as a server does, with the packed keys that tell whether they are concerned; findings of those that changes will concern. */
export function storeFleet(
  store: AdvisoryStore,
  names: readonly Name[],
  count: number,
  changes: readonly PackageKey[],
  random: () => number,
): DatabaseSync {
  const fleet = new DatabaseSync(":memory:");
  fleet.exec(`CREATE TABLE inventory (id INTEGER PRIMARY KEY, body BLOB NOT NULL, findings BLOB NOT NULL);
    CREATE TABLE keys (inventory INTEGER PRIMARY KEY, keys BLOB NOT NULL)`);
  const insert = fleet.prepare("INSERT INTO inventory VALUES (?, ?, ?)");
  const insertKeys = fleet.prepare("INSERT INTO keys VALUES (?, ?)");
  const changed = new Set(changes.map(({ ecosystem, name }) => `${ecosystem} ${name}`));
  fleet.exec("BEGIN");
  for (let id = 1; id <= count; id += 1) {
    const inventory = buildInventory(names, PACKAGES, random);
    const isConcerned = lookupKeys(inventory).some(({ ecosystem, name }) => changed.has(`${ecosystem} ${name}`));
    insert.run(id, pack(inventory), pack(isConcerned ? matchInventory(store, inventory).findings : []));
    insertKeys.run(id, packLookupKeys(inventory));
  }
  fleet.exec("COMMIT");
  return fleet;
}

/** Matches again what the store says that it changed, and stores the result. Returns how many inventories that were. */
export function rematchFleet(fleet: DatabaseSync, store: AdvisoryStore): number {
  const page = fleet.prepare("SELECT inventory, keys FROM keys WHERE inventory > ? ORDER BY inventory LIMIT ?");
  let [after, count] = [0, 0];
  fleet.exec("BEGIN");
  for (;;) {
    const stored = page.all(after, ROWS_AT_ONCE).map((row) => ({
      id: Number(row.inventory),
      keys: row.keys as Uint8Array,
      operatingSystem: undefined,
      dataBuiltAt: BUILT_BEFORE,
    }));
    const last = stored.at(-1);
    if (!last) break;
    after = last.id;
    for (const { id } of selectConcerned(store, stored)) {
      rematchOne(fleet, store, id);
      count += 1;
    }
  }
  fleet.exec("COMMIT");
  return count;
}

function rematchOne(fleet: DatabaseSync, store: AdvisoryStore, id: number): void {
  const row = fleet.prepare("SELECT body, findings FROM inventory WHERE id = ?").get(id);
  const inventory: Inventory = unpack(row?.body);
  const findings: Finding[] = unpack(row?.findings);
  const report = matchAgain(store, inventory, { findings, dataBuiltAt: BUILT_BEFORE });
  fleet.prepare("UPDATE inventory SET findings = ? WHERE id = ?").run(pack(report.findings), id);
}

function pack(value: unknown): Uint8Array {
  return zstdCompressSync(Buffer.from(JSON.stringify(value)));
}

function unpack<T>(bytes: unknown): T {
  return JSON.parse(zstdDecompressSync(bytes as Uint8Array).toString("utf8")) as T;
}
