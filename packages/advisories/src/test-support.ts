import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Finding,
  formatPurl,
  type Inventory,
  type OperatingSystem,
  type Package,
  type PackageType,
} from "@tidewaiter/inventory";
import { buildAdvisoryStore } from "./feeds/build.ts";
import { SAMPLE_ADVISORIES } from "./sample.ts";
import { type AdvisoryStore, openAdvisoryStore } from "./store/store.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "advisories-"));
}

/** A store of these OSV documents, with real records from files of the sample folder before them. */
export function storeOf(
  documents: readonly object[],
  ...files: readonly string[]
): { store: AdvisoryStore; remove(): void } {
  const folder = temporaryFolder();
  for (const [index, document] of documents.entries()) {
    writeFileSync(join(folder, `${index}.json`), JSON.stringify({ modified: "2026-01-01T00:00:00Z", ...document }));
  }
  const path = join(folder, "store", "advisories.db");
  buildAdvisoryStore(path, {
    sources: [
      ...files.map((file) => join(SAMPLE_ADVISORIES, "_traps", file)),
      ...(documents.length > 0 ? [folder] : []),
    ],
  });
  const store = openAdvisoryStore(path);
  return {
    store,
    remove() {
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** One `affected` entry with one range. */
export function affected(ecosystem: string, name: string, ...events: readonly Readonly<Record<string, string>>[]) {
  return { package: { ecosystem, name }, ranges: [{ type: "ECOSYSTEM", events }] };
}

/** An inventory of these packages and nothing else. */
export function inventoryOf(operatingSystem: OperatingSystem | undefined, packages: Package[]): Inventory {
  const image = { digest: DIGEST, platform: "linux/amd64", sizeBytes: 1 };
  return { schema: 1, analyser: "test", image, operatingSystem, layers: [], packages, problems: [] };
}

/** A package at one place. */
export function packageOf(type: PackageType, name: string, version: string, more: Partial<Package> = {}): Package {
  const purl = formatPurl({ type, namespace: more.namespace, name, version });
  return { type, name, version, purl, locations: [{ path: `${type}/${name}` }], ...more };
}

export function debian(name: string, version: string, source?: Package["source"]): Package {
  return packageOf("deb", name, version, { source });
}

export function npm(name: string, version: string, path: string): Package {
  return packageOf("npm", name, version, { locations: [{ path }] });
}

/** A finding in lodash; fields that matter to a test are given. */
export function findingOf(fields: Partial<Finding>): Finding {
  return {
    id: "CVE-2020-1",
    aliases: [],
    kind: "vulnerability",
    severity: "high",
    severitySource: "ghsa",
    package: { type: "npm", name: "lodash", version: "4.17.4", purl: "pkg:npm/lodash@4.17.4" },
    fixedVersion: "4.17.21",
    state: "fixed",
    locations: ["app/node_modules/lodash/package.json"],
    isKnownExploited: false,
    isLowConfidence: false,
    references: [],
    ...fields,
  };
}
