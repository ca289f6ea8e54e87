import type { StatementSync } from "node:sqlite";

/** Packages of a store that is being filled: their numbers, and a fingerprint over all that is said about each. */
export interface PackageTable {
  /** The number of the package; `fact` goes into its fingerprint. */
  add(ecosystem: string, name: string, fact: string): number;
  write(insertion: StatementSync): void;
}

/**
 * The fingerprint does not depend on the order of records, so that it changes with what they say only. Numbers stand in a
 * typed array and names in a map for each ecosystem: there are hundreds of thousands of them.
 */
export function createPackageTable(): PackageTable {
  const ecosystems = new Map<string, Map<string, number>>();
  let fingerprints = new Float64Array(1024);
  let count = 0;
  const idOf = (ecosystem: string, name: string): number => {
    let names = ecosystems.get(ecosystem);
    if (!names) {
      names = new Map();
      ecosystems.set(ecosystem, names);
    }
    const known = names.get(name);
    if (known !== undefined) return known;
    count += 1;
    names.set(name, count);
    if (count >= fingerprints.length) fingerprints = grow(fingerprints);
    return count;
  };
  return {
    add(ecosystem, name, fact) {
      const id = idOf(ecosystem, name);
      fingerprints[id] = ((fingerprints[id] ?? 0) + hash(fact)) % Number.MAX_SAFE_INTEGER;
      return id;
    },
    write(insertion) {
      for (const [ecosystem, names] of ecosystems) {
        for (const [name, id] of names) insertion.run(id, ecosystem, name, fingerprints[id] ?? 0);
      }
    },
  };
}

function grow(small: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const large = new Float64Array(small.length * 2);
  large.set(small);
  return large;
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
