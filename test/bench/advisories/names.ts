import type { PackageType } from "@tidewaiter/inventory";

export interface Name {
  readonly ecosystem: string;
  readonly name: string;
  /** Advisories that name it. */
  readonly entries: number;
}

/** Ecosystems that one Debian image may have packages of. */
export const PACKAGE_OF_ECOSYSTEM: Readonly<Record<string, PackageType>> = {
  "Debian:12": "deb",
  npm: "npm",
  PyPI: "pypi",
  Go: "golang",
  Maven: "maven",
  RubyGems: "gem",
  Packagist: "composer",
  NuGet: "nuget",
  "crates.io": "cargo",
};
