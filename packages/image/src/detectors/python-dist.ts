import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";
import { parseParagraphs } from "./paragraphs.ts";
import { isPypiName, pypiName } from "./pypi-name.ts";

const INSTALLED = /(?:\.dist-info\/METADATA|\.egg-info\/PKG-INFO|(?:^|\/)EGG-INFO\/PKG-INFO|\.egg-info)$/;

/** Installed Python distributions: the header of METADATA (dist-info) or PKG-INFO (eggs, setuptools and distutils). */
export const pythonDist: Detector = {
  id: "python-dist",
  wants: {
    baseNames: ["METADATA", "PKG-INFO"],
    suffixes: [".egg-info"],
    accepts: (path) => INSTALLED.test(path),
    maxBytes: 8 * MB,
  },
  parse({ bytes }): Detection {
    const header = headerOf(bytes);
    const { name, version } = header;
    if (!name || !version)
      return { ...NOTHING, problems: [{ reason: `metadata without ${name ? "version" : "name"}` }] };
    if (!isPypiName(name)) return { ...NOTHING, problems: [{ reason: "metadata with a name that no index takes" }] };
    return { packages: [toPackage(name, version, header)], problems: [] };
  },
};

/** Ends at the first blank line: what follows is the long description, which may hold anything. */
function headerOf(bytes: Buffer): Readonly<Record<string, string>> {
  const text = bytes.toString("utf8", 0, Math.min(bytes.length, MB));
  const end = text.search(/\r?\n\r?\n/);
  // Repeated keys would overwrite each other, so the dependencies are joined before.
  const header = end < 0 ? text : text.slice(0, end);
  const requires = [...header.matchAll(/^Requires-Dist:\s*(.+)$/gim)].map(([, value]) => value).join("\n");
  const [fields = {}] = [...parseParagraphs(header.replace(/^Requires-Dist:.*$/gim, ""))].slice(0, 1);
  return { ...fields, requires };
}

function toPackage(name: string, version: string, header: Readonly<Record<string, string>>): FoundPackage {
  const license = header["license-expression"] ?? header.license;
  const isShort =
    license !== undefined &&
    license !== "UNKNOWN" &&
    license !== "" &&
    license.length <= 128 &&
    !license.includes("\n");
  return {
    type: "pypi",
    name: pypiName(name),
    version,
    ...(isShort && { licenses: [license] }),
    dependsOn: requiredNames(header.requires ?? ""),
  };
}

/** What only an extra asks for is left out. */
function requiredNames(requires: string): string[] {
  const names = requires
    .split("\n")
    .filter((line) => !/;.*\bextra\b/.test(line))
    .map((line) => line.match(/^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/)?.[1]);
  return [...new Set(names.filter((found) => found !== undefined).map(pypiName))];
}
