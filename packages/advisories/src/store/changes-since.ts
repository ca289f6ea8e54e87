import type { DatabaseSync } from "node:sqlite";
import { keyText, type PackageKey } from "./changes.ts";
import { fingerprint } from "./fingerprint.ts";

/** What a database says that it changed of the one before. */
export interface ChangesSince {
  /** Whether the findings of this package may be others. */
  has(key: PackageKey): boolean;
  /** The changed keys, as `hashKey` makes them. */
  readonly hashes: ReadonlySet<number>;
  /** True when every finding has another score. */
  readonly hasNewScores: boolean;
}

export function readChanges(database: DatabaseSync, meta: ReadonlyMap<string, string>): ChangesSince {
  const rows = database.prepare("SELECT ecosystem, name FROM change").all();
  const keys = rows.map(({ ecosystem, name }) => ({ ecosystem: String(ecosystem), name: String(name) }));
  const texts = new Set(keys.map(keyText));
  return {
    has: (key) => texts.has(keyText(key)),
    hashes: new Set(keys.map(hashKey)),
    hasNewScores: meta.has("rescored"),
  };
}

/** A key in 32 bits: enough to pass over what is not concerned; now and then two keys share one. */
export function hashKey(key: PackageKey): number {
  return fingerprint(keyText(key)) % 2 ** 32;
}
