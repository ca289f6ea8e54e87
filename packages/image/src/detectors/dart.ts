import { parseLockYaml } from "../formats/lock-yaml.ts";
import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asObject, asText, entriesOf } from "./json.ts";

/** What pub locked. Packages of the SDK and of the project itself are left out. */
export const pubspecLock: Detector = {
  id: "pubspec-lock",
  wants: { baseNames: ["pubspec.lock"], accepts: notBundled, maxBytes: 4 * MB },
  parse({ bytes }): Detection {
    const lock = asObject(parseLockYaml(bytes));
    const packages = entriesOf(lock?.packages).flatMap(([name, value]): FoundPackage[] => {
      const entry = asObject(value);
      const version = asText(entry?.version);
      if (!version || entry?.source === "sdk" || entry?.source === "path") return [];
      const isDevelopment = entry?.dependency === "direct dev";
      return [{ type: "pub", name, version, scope: isDevelopment ? "development" : "production" }];
    });
    return { packages, problems: [] };
  },
};
