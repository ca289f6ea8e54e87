import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";
import { asArray, asObject, asText, entriesOf, type Json, parseJson } from "./json.ts";
import { isNpmName, splitNpmName } from "./npm-name.ts";

/** A module's own manifest lies exactly at `node_modules/name` or `node_modules/@scope/name`; deeper ones are fixtures. */
const INSTALLED = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/;

/** Installed Node modules, by their package.json. */
export const nodeModules: Detector = {
  id: "node-modules",
  wants: { baseNames: ["package.json"], accepts: (path) => INSTALLED.test(path), maxBytes: 8 * MB },
  parse({ bytes }): Detection {
    const manifest = asObject(parseJson(bytes));
    if (!manifest) return { ...NOTHING, problems: [{ reason: "package.json is no object" }] };
    const [full, version] = [asText(manifest.name), asText(manifest.version)];
    // Stubs such as {"type":"module"} are no packages.
    if (!full || !version) return NOTHING;
    if (!isNpmName(full)) return { ...NOTHING, problems: [{ reason: "package.json with a name that npm has not" }] };
    const licenses = readLicenses(manifest);
    return {
      problems: [],
      packages: [
        {
          type: "npm",
          ...splitNpmName(full),
          version,
          ...(licenses.length > 0 && { licenses }),
          dependsOn: [manifest.dependencies, manifest.optionalDependencies].flatMap((list) =>
            entriesOf(list).map(([name]) => name),
          ),
        },
      ],
    };
  },
};

/** Text, `{type}`, or the withdrawn list `licenses`. */
function readLicenses({ license, licenses }: Readonly<Record<string, Json>>): string[] {
  return [license, ...asArray(licenses)]
    .map((entry) => asText(entry) ?? asText(asObject(entry)?.type))
    .filter((text) => text !== undefined)
    .map((text) => text.slice(0, 512))
    .slice(0, 64);
}
