import type { StatementSync } from "node:sqlite";

interface PackageEntry {
  readonly id: number;
  readonly ecosystem: string;
  readonly name: string;
  fingerprint: number;
}

/** Packages of a store that is being filled: their numbers, and a fingerprint over all that is said about each. */
export interface PackageTable {
  /** The number of the package; `fact` goes into its fingerprint. */
  add(ecosystem: string, name: string, fact: string): number;
  write(insertion: StatementSync): void;
}

/** The fingerprint does not depend on the order of records, so that it changes with what they say only. */
export function createPackageTable(): PackageTable {
  const packages = new Map<string, PackageEntry>();
  return {
    add(ecosystem, name, fact) {
      const key = `${ecosystem}\n${name}`;
      let entry = packages.get(key);
      if (!entry) {
        entry = { id: packages.size + 1, ecosystem, name, fingerprint: 0 };
        packages.set(key, entry);
      }
      entry.fingerprint = (entry.fingerprint + hash(fact)) % Number.MAX_SAFE_INTEGER;
      return entry.id;
    },
    write(insertion) {
      for (const { id, ecosystem, name, fingerprint } of packages.values()) {
        insertion.run(id, ecosystem, name, fingerprint);
      }
    },
  };
}

/** FNV-1a over UTF-16 code units, twice with different starts, as one 52-bit number. Not against forgery: it only tells changes. */
function hash(text: string): number {
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return (low >>> 0) + ((high >>> 12) & 0xfffff) * 2 ** 32;
}
