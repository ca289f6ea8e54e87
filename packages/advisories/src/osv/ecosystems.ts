import { apk } from "../versions/apk.ts";
import { composer } from "../versions/composer.ts";
import { dpkg } from "../versions/dpkg.ts";
import { maven } from "../versions/maven.ts";
import { nuget } from "../versions/nuget.ts";
import { numbers } from "../versions/numbers.ts";
import { pep440 } from "../versions/pep440.ts";
import { rpm } from "../versions/rpm.ts";
import { rubygems } from "../versions/rubygems.ts";
import type { VersionScheme } from "../versions/scheme.ts";
import { go, semver } from "../versions/semver.ts";

/** Ecosystem of an OSV string: what stands before the first colon (`Debian:12` is of `Debian`). */
export function baseEcosystem(ecosystem: string): string {
  const colon = ecosystem.indexOf(":");
  return colon < 0 ? ecosystem : ecosystem.slice(0, colon);
}

const SCHEMES: Readonly<Record<string, VersionScheme<unknown>>> = {
  Debian: dpkg,
  Ubuntu: dpkg,
  Root: dpkg,
  Echo: dpkg,
  Alpine: apk,
  Alpaquita: apk,
  "BellSoft Hardened Containers": apk,
  Wolfi: apk,
  Chainguard: apk,
  MinimOS: apk,
  AlmaLinux: rpm,
  "Rocky Linux": rpm,
  "Red Hat": rpm,
  SUSE: rpm,
  openSUSE: rpm,
  "Azure Linux": rpm,
  Mageia: rpm,
  openEuler: rpm,
  "Photon OS": rpm,
  npm: semver,
  PyPI: pep440,
  Maven: maven,
  RubyGems: rubygems,
  NuGet: nuget,
  Packagist: composer,
  CRAN: numbers,
  Hackage: numbers,
  Go: go,
  "crates.io": semver,
  Hex: semver,
  Pub: semver,
  SwiftURL: semver,
  Julia: semver,
};

/** How versions of an ecosystem are ordered. What is not known is compared as semantic versions. */
export function schemeOf(ecosystem: string): VersionScheme<unknown> {
  return SCHEMES[baseEcosystem(ecosystem)] ?? semver;
}

/** True for ecosystems whose records come from a distribution: there the publisher's word outranks the score. */
export function isDistribution(ecosystem: string): boolean {
  const scheme = SCHEMES[baseEcosystem(ecosystem)];
  return scheme === dpkg || scheme === apk || scheme === rpm;
}

/** Distributions without releases: their key has no suffix and means all there is. */
const ROLLING = new Set(["Wolfi", "Chainguard", "MinimOS", "Root", "Echo"]);

/** True for distributions whose key names a release. */
export function isReleased(ecosystem: string): boolean {
  return isDistribution(ecosystem) && !ROLLING.has(baseEcosystem(ecosystem));
}

/** The name under which a package is looked up (OSV schema, "package.name"; each registry's own equality). */
export function normaliseName(ecosystem: string, name: string): string {
  switch (baseEcosystem(ecosystem)) {
    case "PyPI":
      return name.toLowerCase().replace(/[-_.]+/g, "-");
    case "NuGet":
    case "Packagist":
      return name.toLowerCase();
    case "crates.io":
      return name.replaceAll("_", "-");
    default:
      return name;
  }
}
