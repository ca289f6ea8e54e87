import { parseLockYaml } from "../formats/lock-yaml.ts";
import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";
import { asObject, asText, entriesOf, type Json } from "./json.ts";
import { isNpmName, splitNpmName } from "./npm-name.ts";

type Entry = Readonly<Record<string, Json>>;

/** What pnpm locked: versions 5 (`/name/1.0.0`), 6 (`/name@1.0.0`) and 9 (`name@1.0.0`, with snapshots). */
export const pnpmLock: Detector = {
  id: "pnpm-lock",
  wants: { baseNames: ["pnpm-lock.yaml"], accepts: notBundled, maxBytes: 4 * MB },
  parse({ bytes }): Detection {
    const lock = asObject(parseLockYaml(bytes));
    if (!lock) return { ...NOTHING, problems: [{ reason: "the lock file is no mapping" }] };
    const snapshots = asObject(lock.snapshots);
    const production = snapshots ? reachable(lock, snapshots) : undefined;
    const packages = entriesOf(snapshots ?? lock.packages).flatMap(([key, value]) =>
      readEntry(key, asObject(value) ?? {}, production),
    );
    return { packages, problems: [] };
  },
};

function readEntry(key: string, entry: Entry, production: ReadonlySet<string> | undefined): FoundPackage[] {
  const id = asText(entry.name) && asText(entry.version) ? [asText(entry.name), asText(entry.version)] : parseKey(key);
  const [name, version] = id ?? [];
  if (!name || !version || !isNpmName(name)) return [];
  const isDevelopment = production ? !production.has(key) : entry.dev === "true";
  const dependsOn = [entry.dependencies, entry.optionalDependencies].flatMap((list) =>
    entriesOf(list).map(([dependency]) => dependency),
  );
  return [
    { type: "npm", ...splitNpmName(name), version, scope: isDevelopment ? "development" : "production", dependsOn },
  ];
}

/** Peers stand after the version, in brackets or behind an underscore, and are not part of it. */
function parseKey(key: string): [string, string] | undefined {
  const plain = key.replace(/\(.*$/s, "").replace(/^\//, "");
  const at = plain.lastIndexOf("@");
  if (at > 0) return [plain.slice(0, at), plain.slice(at + 1)];
  const slash = plain.lastIndexOf("/");
  return slash > 0 ? [plain.slice(0, slash), plain.slice(slash + 1).replace(/_.*$/, "")] : undefined;
}

/** Version 9 no longer marks development: what no importer's production dependencies lead to is that. */
function reachable(lock: Entry, snapshots: Entry): ReadonlySet<string> {
  const importers = entriesOf(lock.importers).map(([, importer]) => asObject(importer) ?? {});
  const pending = importers.flatMap((importer) => [
    ...keysOf(importer.dependencies),
    ...keysOf(importer.optionalDependencies),
  ]);
  const seen = new Set<string>();
  while (pending.length > 0) {
    const key = pending.pop();
    if (key === undefined || seen.has(key)) continue;
    seen.add(key);
    const entry = asObject(snapshots[key]);
    pending.push(...keysOf(entry?.dependencies), ...keysOf(entry?.optionalDependencies));
  }
  return seen;
}

/** An importer gives `{specifier, version}`, a snapshot the version alone; an alias gives the whole key. */
function keysOf(dependencies: Json): string[] {
  return entriesOf(dependencies).flatMap(([name, value]) => {
    const version = asText(value) ?? asText(asObject(value)?.version);
    if (!version || /^(?:link|file):/.test(version)) return [];
    return [/^(?:@[^/]+\/)?[^@(]+@/.test(version) ? version : `${name}@${version}`];
  });
}
