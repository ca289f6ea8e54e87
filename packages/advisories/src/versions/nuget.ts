import { numeral, type VersionScheme } from "./scheme.ts";
import { orderSemver, parseSemver, type SemanticVersion } from "./semver.ts";

/** NuGet: up to four numbers, pre-releases as in semver but without regard to case (NuGet docs, "Package versioning"). */
export const nuget: VersionScheme<SemanticVersion> = {
  name: "nuget",
  parse(text) {
    const short = /^\s*(\d+(?:\.\d+){0,3})\s*$/.exec(text);
    if (short?.[1]) return { numbers: short[1].split(".").map(numeral), preRelease: [] };
    return parseSemver(text.toLowerCase());
  },
  order: orderSemver,
};
