import { type Detection, type Detector, type FoundPackage, type FoundProblem, MB } from "./detector.ts";
import { parseParagraphs } from "./paragraphs.ts";

const STATUS = "var/lib/dpkg/status";
const STATUS_FOLDER = "var/lib/dpkg/status.d";

/**
 * Installed Debian packages: the data base of dpkg, and the one file for each package of distroless images. Only those
 * whose third word of Status is `installed` count: what was removed may leave its paragraph behind.
 */
export const dpkg: Detector = {
  id: "dpkg",
  wants: {
    paths: [STATUS],
    folders: [STATUS_FOLDER],
    accepts: (path) => !path.endsWith(".md5sums"),
    maxBytes: 64 * MB,
  },
  parse({ path, bytes }) {
    return parseStatus(bytes.toString("utf8"), "deb", path === STATUS);
  },
};

/** Paragraphs of the status form, also used by opkg. */
export function parseStatus(text: string, type: "deb" | "opkg", needsStatus: boolean): Detection {
  const packages: FoundPackage[] = [];
  const problems: FoundProblem[] = [];
  for (const fields of parseParagraphs(text)) {
    const { package: name, version, status } = fields;
    if (status === undefined ? needsStatus : status.split(/\s+/)[2] !== "installed") continue;
    if (name && version) packages.push(readPackage(type, name, version, fields));
    else problems.push({ reason: `paragraph of ${name || "no package"} without ${name ? "version" : "name"}` });
  }
  return { packages, problems };
}

function readPackage(
  type: "deb" | "opkg",
  name: string,
  version: string,
  fields: Readonly<Record<string, string>>,
): FoundPackage {
  const { architecture, source, maintainer } = fields;
  return {
    type,
    name,
    version,
    ...(architecture && { architecture }),
    ...(maintainer && { vendor: maintainer.slice(0, 256) }),
    source: readSource(source, name, version),
    dependsOn: readDepends([fields["pre-depends"], fields.depends]),
  };
}

/** `name`, or `name (version)` where the source has another version than what was built from it. */
function readSource(text: string | undefined, name: string, version: string): { name: string; version: string } {
  const match = text?.match(/^(\S+)(?:\s+\(([^)]+)\))?/);
  return { name: match?.[1] ?? name, version: match?.[2] ?? version };
}

/** Names only; of alternatives all are kept, since any of them may be the one that is there. */
function readDepends(fields: readonly (string | undefined)[]): string[] {
  const names = fields
    .filter((field) => field !== undefined)
    .flatMap((field) => field.split(/[,|]/))
    .map((part) => part.trim().match(/^[^\s:(]+/)?.[0] ?? "");
  return [...new Set(names.filter((name) => name !== ""))];
}
