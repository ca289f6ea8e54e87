import type { StatementSync } from "node:sqlite";
import { type Column, createColumn } from "./column.ts";
import { addFingerprints, mixFingerprints } from "./fingerprint.ts";
import { createNames, createRules } from "./interned.ts";

/** Packages of a store that is being filled, with the rules of their records. */
export interface PackageTable {
  /** `rule` is JSON; `fact`, the fingerprint of what else the record says, goes with it into the package's fingerprint. */
  add(ecosystem: string, name: string, advisory: number, rule: string, fact: number): void;
  write(insertion: StatementSync): void;
}

/**
 * A package's fingerprint does not depend on the order of records, so that it changes with what they say only. A million
 * entries are sorted at the end as numbers in typed arrays, which is faster than a table that grows in every place, and
 * rules are kept once: bulletins name the same fix for many packages.
 */
export function createPackageTable(): PackageTable {
  const names = createNames();
  const rules = createRules();
  const entries = {
    package: createColumn(Int32Array),
    advisory: createColumn(Int32Array),
    rule: createColumn(Int32Array),
  };
  const fingerprints = createColumn(Float64Array);
  return {
    add(ecosystem, name, advisory, rule, fact) {
      const [id, number] = [names.idOf(ecosystem, name), rules.idOf(rule)];
      const said = mixFingerprints(fact, rules.fingerprintOf(number));
      if (id === fingerprints.length) fingerprints.push(said);
      else fingerprints.set(id, addFingerprints(fingerprints.at(id), said));
      entries.package.push(id);
      entries.advisory.push(advisory);
      entries.rule.push(number);
    },
    write(insertion) {
      const { order, starts } = sortByPackage(entries.package, fingerprints.length);
      for (const [ecosystem, name, id] of names.inOrder()) {
        const own = order.subarray(starts[id], starts[id + 1]);
        insertion.run(ecosystem, name, fingerprints.at(id), formatRules(own, entries, rules.textOf));
      }
    },
  };
}

type Entries = Readonly<Record<"advisory" | "rule", Column>>;

/** `[[rule, [advisory …]], …]`: records with the same rule stand together, so that it is asked once. */
function formatRules(own: Int32Array, { advisory, rule }: Entries, textOf: (rule: number) => string): string {
  const groups = new Map<number, string>();
  for (const at of own) {
    const number = rule.at(at);
    const others = groups.get(number);
    groups.set(number, others === undefined ? `${advisory.at(at)}` : `${others},${advisory.at(at)}`);
  }
  return `[${[...groups].map(([number, advisories]) => `[${textOf(number)},[${advisories}]]`).join(",")}]`;
}

/** Counting sort: entries of a package stay in the order in which they came. */
function sortByPackage(packages: Column, count: number): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(count + 1);
  for (let at = 0; at < packages.length; at += 1) starts[packages.at(at) + 1] = (starts[packages.at(at) + 1] ?? 0) + 1;
  for (let id = 0; id < count; id += 1) starts[id + 1] = (starts[id + 1] ?? 0) + (starts[id] ?? 0);
  const next = starts.slice();
  const order = new Int32Array(packages.length);
  for (let at = 0; at < packages.length; at += 1) {
    const id = packages.at(at);
    order[next[id] ?? 0] = at;
    next[id] = (next[id] ?? 0) + 1;
  }
  return { order, starts };
}
