import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asArray, asObject, asText, entriesOf, parseJson } from "./json.ts";

/** What Conan locked: version 1 (a graph of nodes) and 2 (lists of references). */
export const conanLock: Detector = {
  id: "conan-lock",
  wants: { baseNames: ["conan.lock"], accepts: notBundled, maxBytes: 8 * MB },
  parse({ bytes }): Detection {
    const lock = asObject(parseJson(bytes));
    const nodes = entriesOf(asObject(lock?.graph_lock)?.nodes).map(([, node]) => asText(asObject(node)?.ref));
    const runtime = [...nodes, ...asArray(lock?.requires).map(asText)].flatMap((text) => toPackage(text, "production"));
    const build = asArray(lock?.build_requires)
      .map(asText)
      .flatMap((text) => toPackage(text, "development"));
    return { packages: [...runtime, ...build], problems: [] };
  },
};

/** What an installed Conan package was built with: `[full_requires]` of conaninfo.txt. */
export const conanInfo: Detector = {
  id: "conan-info",
  wants: { baseNames: ["conaninfo.txt"], maxBytes: MB },
  parse({ bytes }): Detection {
    const section = bytes.toString("utf8").match(/^\[full_requires\]\n((?:[ \t]+\S.*(?:\n|$))*)/m)?.[1] ?? "";
    return { packages: section.split("\n").flatMap((line) => toPackage(line.trim(), "production")), problems: [] };
  },
};

/** `name/version@user/channel#revision%time:package`, all but the first two parts optional. */
function toPackage(reference: string | undefined, scope: "production" | "development"): FoundPackage[] {
  const [, name, version] = reference?.match(/^([\w.+-]+)\/([^@#%:\s]+)/) ?? [];
  return name && version ? [{ type: "conan", name, version, scope }] : [];
}
