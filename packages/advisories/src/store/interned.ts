import { createColumn } from "./column.ts";
import { fingerprint } from "./fingerprint.ts";

/** Numbers of packages, from 0. */
export function createNames() {
  const ecosystems = new Map<string, Map<string, number>>();
  let count = 0;
  return {
    idOf(ecosystem: string, name: string): number {
      let names = ecosystems.get(ecosystem);
      if (!names) {
        names = new Map();
        ecosystems.set(ecosystem, names);
      }
      const known = names.get(name);
      if (known !== undefined) return known;
      names.set(name, count);
      count += 1;
      return count - 1;
    },
    /** In the order of the table's key, where rows are appended and nothing is moved. */
    *inOrder(): Generator<[ecosystem: string, name: string, id: number]> {
      for (const ecosystem of [...ecosystems.keys()].sort()) {
        const names = ecosystems.get(ecosystem) ?? new Map<string, number>();
        for (const name of [...names.keys()].sort()) yield [ecosystem, name, names.get(name) ?? 0];
      }
    },
  };
}

/** Texts that come again and again, each kept once. */
export function createRules() {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  const fingerprints = createColumn(Float64Array);
  return {
    idOf(text: string): number {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, texts.length);
      fingerprints.push(fingerprint(text));
      return texts.push(text) - 1;
    },
    textOf: (id: number): string => texts[id] ?? "",
    fingerprintOf: (id: number): number => fingerprints.at(id),
  };
}
