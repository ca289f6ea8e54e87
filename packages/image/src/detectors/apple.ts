import { parseLockYaml } from "../formats/lock-yaml.ts";
import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asArray, asObject, asText, entriesOf, parseJson } from "./json.ts";

/** What Swift's package manager resolved: versions 1 (`object.pins`, `package`) to 3 (`pins`, `identity`). */
export const swiftResolved: Detector = {
  id: "swift-resolved",
  wants: { baseNames: ["Package.resolved", ".package.resolved"], accepts: notBundled, maxBytes: 4 * MB },
  parse({ bytes }): Detection {
    const file = asObject(parseJson(bytes));
    const pins = asArray(file?.pins ?? asObject(file?.object)?.pins);
    const packages = pins.flatMap((value): FoundPackage[] => {
      const pin = asObject(value);
      const version = asText(asObject(pin?.state)?.version);
      const address = asText(pin?.location) ?? asText(pin?.repositoryURL);
      // The purl type wants the repository's host and owner as namespace.
      const path = address
        ?.replace(/^[a-z+]+:\/\/(?:[^@/]+@)?|^git@/, "")
        .replace(/\.git$/, "")
        .replace(":", "/");
      const slash = path?.lastIndexOf("/") ?? -1;
      if (!version || !path || slash <= 0) return [];
      return [{ type: "swift", namespace: path.slice(0, slash), name: path.slice(slash + 1), version }];
    });
    return { packages, problems: [] };
  },
};

/** What CocoaPods locked: under PODS, `Name (version)`, with what it needs below it. */
export const podfileLock: Detector = {
  id: "podfile-lock",
  wants: { baseNames: ["Podfile.lock"], accepts: notBundled, maxBytes: 4 * MB },
  parse({ bytes }): Detection {
    const lock = asObject(parseLockYaml(bytes));
    const packages = asArray(lock?.PODS).flatMap((pod): FoundPackage[] => {
      const text = asText(pod) ?? entriesOf(pod)[0]?.[0];
      const [, name, version] = text?.match(/^(\S+) \(([^)]+)\)$/) ?? [];
      return name && version ? [{ type: "cocoapods", name, version }] : [];
    });
    return { packages, problems: [] };
  },
};
