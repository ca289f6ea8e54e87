import { apk } from "./apk.ts";
import { composer } from "./composer.ts";
import { dpkg } from "./dpkg.ts";
import { maven } from "./maven.ts";
import { nuget } from "./nuget.ts";
import { numbers } from "./numbers.ts";
import { pep440 } from "./pep440.ts";
import { rpm } from "./rpm.ts";
import { rubygems } from "./rubygems.ts";
import type { VersionScheme } from "./scheme.ts";
import { go, semver } from "./semver.ts";

export type VersionSchemeName =
  | "apk"
  | "composer"
  | "dpkg"
  | "go"
  | "maven"
  | "nuget"
  | "numbers"
  | "pep440"
  | "rpm"
  | "rubygems"
  | "semver";

/** Every version order, by name. */
export const VERSION_SCHEMES: Readonly<Record<VersionSchemeName, VersionScheme<unknown>>> = {
  apk,
  composer,
  dpkg,
  go,
  maven,
  nuget,
  numbers,
  pep440,
  rpm,
  rubygems,
  semver,
};
