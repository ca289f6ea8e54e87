import { parse as parseToml } from "smol-toml";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asArray, asObject, asText, entriesOf } from "./json.ts";

/** What Julia's package manager resolved. Entries without a version are parts of Julia itself. */
export const juliaManifest: Detector = {
  id: "julia-manifest",
  wants: { baseNames: ["Manifest.toml", "JuliaManifest.toml"], maxBytes: 8 * MB },
  parse({ bytes }): Detection {
    const manifest = asObject(parseToml(bytes.toString("utf8")));
    // Since format 2 the list is a table of its own.
    const list = manifest?.manifest_format === undefined ? manifest : manifest.deps;
    return { packages: entriesOf(list).flatMap(([name, entries]) => toPackages(name, entries)), problems: [] };
  },
};

function toPackages(name: string, entries: unknown): FoundPackage[] {
  return asArray(entries).flatMap((value): FoundPackage[] => {
    const entry = asObject(value);
    const [version, uuid] = [asText(entry?.version), asText(entry?.uuid)];
    return version && uuid ? [{ type: "julia", name, version, qualifiers: { uuid } }] : [];
  });
}
