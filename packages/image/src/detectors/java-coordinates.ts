import type { FoundPackage } from "./detector.ts";

export interface Coordinates {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** What an archive tells of itself. */
export interface JavaEvidence {
  readonly fileName: string;
  readonly poms: readonly Coordinates[];
  /** Folders of META-INF/maven that have a pom.xml. */
  readonly pomPaths: readonly { readonly groupId: string; readonly artifactId: string }[];
  readonly manifest: ReadonlyMap<string, string>;
  readonly hasClasses: boolean;
}

/** Longer names are no coordinates of anybody. */
const MAX_NAME = 512;

/** Packages of one archive, those shaded into it included; none where nothing names it. */
export function identifyArchive(evidence: JavaEvidence): FoundPackage[] {
  const { poms, pomPaths, fileName, manifest } = evidence;
  const named = parseFileName(fileName);
  const own = poms.find(
    ({ artifactId }) => fileName.startsWith(`${artifactId}-`) || fileName.startsWith(`${artifactId}.`),
  );
  // Maven's coordinates hold for the archive when they are the only ones, or name the file.
  if (own || poms.length === 1) return poms.map(toPackage);
  const main = fromManifest(evidence, named);
  const version = named?.version ?? manifestVersion(manifest);
  const pom = pomPaths.length === 1 && poms.length === 0 ? pomPaths[0] : undefined;
  if (pom && version) return [toPackage({ ...pom, version })];
  return [...(main ? [main] : []), ...poms.map(toPackage)];
}

/** `key=value` lines (Java properties, as Maven writes them); undefined unless all three are there. */
export function parsePomProperties(text: string): Coordinates | undefined {
  const value = (key: string): string | undefined =>
    text.match(new RegExp(`^[ \\t]*${key}[ \\t]*[=:][ \\t]*(\\S+)[ \\t\\r]*$`, "m"))?.[1];
  const [groupId, artifactId, version] = [value("groupId"), value("artifactId"), value("version")];
  return groupId && artifactId && version ? { groupId, artifactId, version } : undefined;
}

/** The main section of a manifest; a line that starts with a blank goes on the one before (JAR file specification). */
export function parseManifest(text: string): ReadonlyMap<string, string> {
  const [main = ""] = text.replace(/\r\n?/g, "\n").replace(/\n /g, "").split(/\n\n/);
  const pairs = main.split("\n").map((line) => line.match(/^([\w-]+):(.*)$/));
  return new Map(pairs.filter((match) => match !== null).map(([, key = "", value = ""]) => [key, value.trim()]));
}

/** `name-version.jar`: the version starts at the first dash that a digit follows. */
export function parseFileName(fileName: string): { name: string; version: string } | undefined {
  if (fileName.length > MAX_NAME) return undefined;
  const [, name, version] = fileName.replace(/\.[a-z]+$/i, "").match(/^(.+?)-v?(\d[\w.+-]*)$/) ?? [];
  return name && version ? { name, version } : undefined;
}

function fromManifest(
  { manifest, fileName, hasClasses }: JavaEvidence,
  named: { name: string; version: string } | undefined,
): FoundPackage | undefined {
  const symbolic = manifest.get("Bundle-SymbolicName")?.split(";")[0]?.trim();
  const title = manifest.get("Implementation-Title");
  const stem = fileName.replace(/\.[a-z]+$/i, "");
  const artifactId = named?.name ?? (title && /^[\w.-]+$/.test(title) ? title : undefined) ?? stem;
  const version = named?.version ?? manifestVersion(manifest) ?? "";
  if (!artifactId || (!version && !hasClasses)) return undefined;
  const groupId = groupOf(artifactId, symbolic, manifest);
  return { type: "maven", name: artifactId, version, ...(groupId && { namespace: groupId }) };
}

function manifestVersion(manifest: ReadonlyMap<string, string>): string | undefined {
  const value =
    manifest.get("Implementation-Version") ?? manifest.get("Bundle-Version") ?? manifest.get("Specification-Version");
  return value && /^\d/.test(value) ? value.split(/\s/)[0] : undefined;
}

/** A bundle is often named group.artifact; else the vendor's id is the group. */
function groupOf(
  artifactId: string,
  symbolic: string | undefined,
  manifest: ReadonlyMap<string, string>,
): string | undefined {
  if (symbolic?.endsWith(`.${artifactId}`)) return symbolic.slice(0, -artifactId.length - 1);
  const vendorId = manifest.get("Implementation-Vendor-Id");
  if (vendorId && /^[\w-]+(?:\.[\w-]+)+$/.test(vendorId)) return vendorId;
  return symbolic && /^[a-z]\w*(?:\.[\w-]+){2,}$/.test(symbolic)
    ? symbolic.slice(0, symbolic.lastIndexOf("."))
    : undefined;
}

function toPackage({ groupId, artifactId, version }: Coordinates): FoundPackage {
  return { type: "maven", namespace: groupId, name: artifactId, version };
}
