import { stripJsonComments } from "../formats/json-comments.ts";
import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";
import { asArray, asObject, asText, entriesOf } from "./json.ts";
import { isNpmName, splitNpmName } from "./npm-name.ts";

/** What bun locked, in its text form: JSON with comments and trailing commas. */
export const bunLock: Detector = {
  id: "bun-lock",
  wants: { baseNames: ["bun.lock"], accepts: notBundled, maxBytes: 16 * MB },
  parse({ bytes }): Detection {
    const lock = asObject(JSON.parse(stripJsonComments(bytes.toString("utf8"))));
    if (!lock) return { ...NOTHING, problems: [{ reason: "the lock file is no object" }] };
    const packages = entriesOf(lock.packages).flatMap(([, value]): FoundPackage[] => {
      const tuple = asArray(value);
      const match = asText(tuple[0])?.match(/^((?:@[^/]+\/)?[^@]+)@(.+)$/);
      const [, name, version] = match ?? [];
      if (!name || !version || !isNpmName(name) || /^(?:workspace|link|file|root):/.test(version)) return [];
      const details = tuple.map(asObject).find((entry) => entry !== undefined);
      return [
        {
          type: "npm",
          ...splitNpmName(name),
          version,
          dependsOn: entriesOf(details?.dependencies).map(([key]) => key),
        },
      ];
    });
    return { packages, problems: [] };
  },
};
