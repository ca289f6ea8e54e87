import { DatabaseSync } from "node:sqlite";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import {
  type AdvisoryStore,
  lookupKeys,
  matchInventory,
  type PackageKey,
  rematchInventory,
} from "@tidewaiter/advisories";
import type { Finding, Inventory } from "@tidewaiter/inventory";
import { buildInventory } from "./fleet.ts";
import type { Name } from "./names.ts";

const PACKAGES = 200;

/** Stored inventories with the keys that find them again, as a server keeps them; findings of those that changes will concern. */
export function storeFleet(
  store: AdvisoryStore,
  names: readonly Name[],
  count: number,
  changes: readonly PackageKey[],
  random: () => number,
): DatabaseSync {
  const fleet = new DatabaseSync(":memory:");
  fleet.exec(`CREATE TABLE inventory (id INTEGER PRIMARY KEY, body BLOB NOT NULL, findings BLOB NOT NULL);
    CREATE TABLE key (ecosystem TEXT, name TEXT, inventory INTEGER, PRIMARY KEY (ecosystem, name, inventory)) WITHOUT ROWID;`);
  const insert = fleet.prepare("INSERT INTO inventory VALUES (?, ?, ?)");
  const insertKey = fleet.prepare("INSERT OR IGNORE INTO key VALUES (?, ?, ?)");
  const changed = new Set(changes.map(({ ecosystem, name }) => `${ecosystem} ${name}`));
  fleet.exec("BEGIN");
  for (let id = 1; id <= count; id += 1) {
    const inventory = buildInventory(names, PACKAGES, random);
    const keys = lookupKeys(inventory);
    const isConcerned = keys.some(({ ecosystem, name }) => changed.has(`${ecosystem} ${name}`));
    insert.run(id, pack(inventory), pack(isConcerned ? matchInventory(store, inventory).findings : []));
    for (const { ecosystem, name } of keys) insertKey.run(ecosystem, name, id);
  }
  fleet.exec("COMMIT");
  return fleet;
}

/** Matches again what the changes concern, and stores the result. Returns how many inventories that were. */
export function rematchFleet(fleet: DatabaseSync, store: AdvisoryStore, changes: readonly PackageKey[]): number {
  const find = fleet.prepare("SELECT inventory FROM key WHERE ecosystem = ? AND name = ?");
  const concerned = new Set(
    changes.flatMap(({ ecosystem, name }) => find.all(ecosystem, name).map((row) => Number(row.inventory))),
  );
  const read = fleet.prepare("SELECT body, findings FROM inventory WHERE id = ?");
  const update = fleet.prepare("UPDATE inventory SET findings = ? WHERE id = ?");
  fleet.exec("BEGIN");
  for (const id of concerned) {
    const row = read.get(id);
    const inventory: Inventory = unpack(row?.body);
    const previous: Finding[] = unpack(row?.findings);
    const report = rematchInventory(store, inventory, previous, changes);
    if (report) update.run(pack(report.findings), id);
  }
  fleet.exec("COMMIT");
  return concerned.size;
}

function pack(value: unknown): Uint8Array {
  return zstdCompressSync(Buffer.from(JSON.stringify(value)));
}

function unpack<T>(bytes: unknown): T {
  return JSON.parse(zstdDecompressSync(bytes as Uint8Array).toString("utf8")) as T;
}
