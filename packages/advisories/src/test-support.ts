import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  formatPurl,
  type Inventory,
  type OperatingSystem,
  type Package,
  type PackageType,
} from "@tidewaiter/inventory";

const DIGEST = `sha256:${"a".repeat(64)}`;

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "advisories-"));
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
