import { isBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";
import { asObject, asText, entriesOf, type Json, parseJson } from "./json.ts";
import { isNpmName, splitNpmName } from "./npm-name.ts";

/** What npm locked (package-lock.json and npm-shrinkwrap.json, versions 1 to 3) or installed (the hidden lock file). */
export const npmLock: Detector = {
  id: "npm-lock",
  wants: {
    baseNames: ["package-lock.json", "npm-shrinkwrap.json", ".package-lock.json"],
    // The hidden lock file lies in the outermost node_modules.
    accepts: (path) => !isBundled(path.replace(/(^|\/)node_modules\/\.package-lock\.json$/, "$1.package-lock.json")),
    maxBytes: 64 * MB,
  },
  parse({ bytes }): Detection {
    const lock = asObject(parseJson(bytes));
    if (!lock) return { ...NOTHING, problems: [{ reason: "the lock file is no object" }] };
    const packages = lock.packages ? fromPaths(lock.packages) : fromTree(lock.dependencies, 0);
    return { packages, problems: [] };
  },
};

/** Versions 2 and 3: keyed by install path; links point to workspaces, which are no packages of a registry. */
function fromPaths(packages: Json): FoundPackage[] {
  return entriesOf(packages).flatMap(([path, value]) => {
    const entry = asObject(value);
    const inside = path.lastIndexOf("node_modules/");
    if (!entry || inside < 0 || entry.link === true) return [];
    // An alias (`npm:other@1`) is installed under a name that is not its own.
    const full = asText(entry.name) ?? path.slice(inside + "node_modules/".length);
    const dependsOn = [entry.dependencies, entry.optionalDependencies].flatMap((list) =>
      entriesOf(list).map(([name]) => name),
    );
    return found(full, entry, entry.dev === true, dependsOn);
  });
}

/** Version 1: nested the way node_modules is. */
function fromTree(dependencies: Json, depth: number): FoundPackage[] {
  if (depth > 100) return [];
  return entriesOf(dependencies).flatMap(([key, value]) => {
    const entry = asObject(value);
    if (!entry) return [];
    const alias = asText(entry.version)?.match(/^npm:((?:@[^/]+\/)?[^@]+)@(.+)$/);
    const own = alias ? { ...entry, version: alias[2] } : entry;
    const dependsOn = entriesOf(entry.requires).map(([name]) => name);
    return [
      ...found(alias?.[1] ?? key, own, entry.dev === true, dependsOn),
      ...fromTree(entry.dependencies, depth + 1),
    ];
  });
}

function found(
  full: string,
  entry: Readonly<Record<string, Json>>,
  isDevelopment: boolean,
  dependsOn: string[],
): FoundPackage[] {
  const version = asText(entry.version);
  if (!version || !isNpmName(full) || /^(?:file|link|workspace):/.test(version)) return [];
  // Version 1 puts the address of a git or tarball dependency where the version belongs.
  const isAddress = /^[a-z+]+:/i.test(version);
  const license = asText(entry.license);
  return [
    {
      type: "npm",
      ...splitNpmName(full),
      version: isAddress ? "" : version,
      ...(isAddress && { qualifiers: { vcs_url: version.slice(0, 500) } }),
      scope: isDevelopment ? "development" : "production",
      ...(license && { licenses: [license.slice(0, 512)] }),
      dependsOn,
    },
  ];
}
