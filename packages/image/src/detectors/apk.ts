import { type Detector, type FoundPackage, type FoundProblem, MB } from "./detector.ts";
import { isOwnable } from "./ownable.ts";

/** Installed Alpine packages: stanzas of `K:value` lines, parted by a blank line. Wolfi and Chainguard use it, too. */
export const apk: Detector = {
  id: "apk",
  wants: { paths: ["lib/apk/db/installed", "usr/lib/apk/db/installed"], maxBytes: 64 * MB },
  parse({ bytes }) {
    const packages: FoundPackage[] = [];
    const problems: FoundProblem[] = [];
    for (const stanza of bytes.toString("utf8").split(/\n{2,}/)) {
      if (stanza.trim() === "") continue;
      const { fields, owns } = readStanza(stanza);
      const [name, version] = [fields.get("P"), fields.get("V")];
      if (name && version) packages.push(readPackage(name, version, fields, owns));
      else problems.push({ reason: `stanza without ${name ? "version" : "name"}` });
    }
    return { packages, problems };
  },
};

/** `F:` opens a folder, the `R:` lines after it name its files. */
function readStanza(stanza: string): { fields: Map<string, string>; owns: string[] } {
  const fields = new Map<string, string>();
  const owns: string[] = [];
  let folder = "";
  for (const line of stanza.split("\n")) {
    const [key, value] = [line[0] ?? "", line.slice(2)];
    if (key === "F") folder = value;
    else if (key === "R") owns.push(folder === "" ? value : `${folder}/${value}`);
    else if (!fields.has(key)) fields.set(key, value);
  }
  return { fields, owns: owns.filter(isOwnable) };
}

function readPackage(name: string, version: string, fields: Map<string, string>, owns: string[]): FoundPackage {
  const [architecture, license, maintainer] = [fields.get("A"), fields.get("L"), fields.get("m")];
  return {
    type: "apk",
    name,
    version,
    ...(architecture && { architecture }),
    ...(license && { licenses: [license.slice(0, 512)] }),
    ...(maintainer && { vendor: maintainer.slice(0, 256) }),
    source: { name: fields.get("o") || name, version },
    dependsOn: readDepends(fields.get("D")),
    owns,
  };
}

/** `so:`, `cmd:` and `pc:` name provided things, `!name` a conflict, and a version may follow after `<`, `>`, `=` or `~`. */
function readDepends(text = ""): string[] {
  const names = text.split(/\s+/).filter((part) => part !== "" && !part.startsWith("!") && !/^(so|cmd|pc):/.test(part));
  return [...new Set(names.map((part) => part.replace(/[<>=~@].*$/, "")))];
}
