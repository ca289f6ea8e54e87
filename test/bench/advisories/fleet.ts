import { DatabaseSync } from "node:sqlite";
import type { Inventory, Package } from "@tidewaiter/inventory";
import { type Name, PACKAGE_OF_ECOSYSTEM } from "./names.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

/** An inventory of so many packages; three of ten are names that advisories know. */
export function buildInventory(names: readonly Name[], size: number, random: () => number): Inventory {
  const packages = Array.from({ length: size }, (_, index) =>
    random() < 0.3 ? knownPackage(pick(names, random), random) : unknownPackage(index),
  );
  return inventoryOf(packages);
}

export function inventoryOf(packages: Package[]): Inventory {
  return {
    schema: 1,
    analyser: "bench",
    image: { digest: DIGEST, platform: "linux/amd64", sizeBytes: 1 },
    operatingSystem: { id: "debian", versionId: "12" },
    layers: [],
    packages,
    problems: [],
  };
}

export function knownPackage({ ecosystem, name }: Name, random: () => number): Package {
  const type = PACKAGE_OF_ECOSYSTEM[ecosystem] ?? "npm";
  const version = `${Math.floor(random() * 6)}.${Math.floor(random() * 20)}.${Math.floor(random() * 10)}`;
  return {
    type,
    ...splitName(type, name),
    version,
    purl: `pkg:${type}/${name}@${version}`,
    locations: [{ path: `lib/${name}` }],
  };
}

/** Names as inventories have them: namespace apart. */
function splitName(type: Package["type"], name: string): Pick<Package, "name" | "namespace"> {
  const mark = type === "maven" ? ":" : "/";
  const at = name.lastIndexOf(mark);
  return at < 0 || type === "deb" ? { name } : { namespace: name.slice(0, at), name: name.slice(at + 1) };
}

function unknownPackage(index: number): Package {
  const name = `nobody-knows-${index}`;
  return { type: "npm", name, version: "1.0.0", purl: `pkg:npm/${name}@1.0.0`, locations: [{ path: `lib/${name}` }] };
}

export function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** Every package name of a database that this inventory can ask for, those with most advisories first. */
export function readNames(path: string): Name[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const wanted = Object.keys(PACKAGE_OF_ECOSYSTEM).map((name) => `'${name}'`);
    const rows = database.prepare(
      `SELECT ecosystem, name, rules FROM package WHERE ecosystem IN (${wanted.join(",")})`,
    );
    const names = [...rows.iterate()].map(({ ecosystem, name, rules }) => ({
      ecosystem: String(ecosystem),
      name: String(name),
      entries: countEntries(String(rules)),
    }));
    return names.sort((a, b) => b.entries - a.entries);
  } finally {
    database.close();
  }
}

/** `[[rule, [advisory …]], …]` */
function countEntries(rules: string): number {
  const groups: readonly (readonly [unknown, readonly number[]])[] = JSON.parse(rules);
  return groups.reduce((sum, [, advisories]) => sum + advisories.length, 0);
}
