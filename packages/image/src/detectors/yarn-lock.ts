import { parseLockYaml } from "../formats/lock-yaml.ts";
import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asObject, asText, entriesOf } from "./json.ts";
import { isNpmName, splitNpmName } from "./npm-name.ts";

const MAX_LINE = 1_000;

/** What yarn locked: version 1's own syntax, and the YAML of berry (2 and later). */
export const yarnLock: Detector = {
  id: "yarn-lock",
  wants: { baseNames: ["yarn.lock"], accepts: notBundled, maxBytes: 4 * MB },
  parse({ bytes }): Detection {
    const text = bytes.toString("utf8");
    const packages = /^__metadata:/m.test(text) ? parseBerry(bytes) : parseClassic(text);
    return { packages, problems: [] };
  },
};

/** Blocks: a line of descriptors ending in a colon, then indented `key value` lines. */
function parseClassic(text: string): FoundPackage[] {
  return text.split(/\n(?=\S)/).flatMap((block) => {
    const [head = "", ...lines] = block.split("\n");
    if (head.startsWith("#") || !head.trimEnd().endsWith(":")) return [];
    const descriptor = unquote(head.trim().slice(0, -1).split(", ")[0] ?? "");
    const version = lines
      .map((line) => line.slice(0, MAX_LINE).match(/^ {2}version:? "?([^"]+)"?\s*$/)?.[1])
      .find(Boolean);
    const name = nameOf(descriptor);
    if (!name || !version) return [];
    const start = lines.findIndex((line) => /^ {2}dependencies:/.test(line));
    const dependsOn = start < 0 ? [] : dependencyNames(lines.slice(start + 1));
    return [{ type: "npm", ...splitNpmName(name), version: version.trim(), dependsOn }];
  });
}

function dependencyNames(lines: readonly string[]): string[] {
  const end = lines.findIndex((line) => !line.startsWith("    "));
  return (end < 0 ? lines : lines.slice(0, end)).map((line) => unquote(line.trim().split(/\s+/)[0] ?? ""));
}

function unquote(text: string): string {
  return text.replace(/^"|"$/g, "");
}

/** Only what came from a registry or an address; the project's own workspaces are no packages. */
function parseBerry(bytes: Buffer): FoundPackage[] {
  const lock = parseLockYaml(bytes);
  return entriesOf(lock).flatMap(([key, value]) => {
    const entry = asObject(value);
    const [version, resolution] = [asText(entry?.version), asText(entry?.resolution)];
    if (key === "__metadata" || !version || !resolution || /@(?:workspace|link|portal):/.test(resolution)) return [];
    const name = nameOf(resolution);
    if (!name || resolution.includes("@patch:")) return [];
    const dependsOn = entriesOf(entry?.dependencies).map(([dependency]) => dependency);
    return [{ type: "npm" as const, ...splitNpmName(name), version, dependsOn }];
  });
}

/** `name@range`; an alias (`a@npm:b@1`) is the package that it stands for. */
function nameOf(descriptor: string): string | undefined {
  const alias = descriptor.match(/^(?:@[^/]+\/)?[^@]+@npm:((?:@[^/]+\/)?[^@]+)@/)?.[1];
  const name = alias ?? descriptor.match(/^((?:@[^/]+\/)?[^@]+)@/)?.[1];
  return name !== undefined && isNpmName(name) ? name : undefined;
}
