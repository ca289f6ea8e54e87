import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";
import { asObject, entriesOf, parseJson } from "./json.ts";

/**
 * What a Node project asks for itself, for production and for development: lock files of yarn and bun do not tell the
 * two apart. No package comes of it.
 */
export const nodeProject: Detector = {
  id: "node-project",
  wants: { baseNames: ["package.json"], accepts: notBundled, maxBytes: 4 * MB },
  parse({ bytes }): Detection {
    const manifest = asObject(parseJson(bytes));
    const names = (...keys: string[]): string[] =>
      keys.flatMap((key) => entriesOf(manifest?.[key]).map(([name]) => name));
    const development = names("devDependencies");
    if (development.length === 0) return NOTHING;
    return {
      ...NOTHING,
      notes: { production: names("dependencies", "optionalDependencies", "peerDependencies"), development },
    };
  },
};
