import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asArray, asObject, asText, parseJson } from "./json.ts";

/** Bottlerocket's own list of what it was put together from. */
export const bottlerocket: Detector = {
  id: "bottlerocket",
  wants: { paths: ["usr/share/bottlerocket/application-inventory.json"], maxBytes: 16 * MB },
  parse({ bytes }): Detection {
    const list = asArray(asObject(parseJson(bytes))?.Content).map(asObject);
    const packages = list.flatMap((entry): FoundPackage[] => {
      const [name, version, release] = [asText(entry?.Name), asText(entry?.Version), asText(entry?.Release)];
      const architecture = asText(entry?.Architecture);
      if (!name || !version) return [];
      const full = release ? `${version}-${release}` : version;
      return [
        { type: "generic", namespace: "bottlerocket", name, version: full, ...(architecture && { architecture }) },
      ];
    });
    return { packages, problems: [] };
  },
};
