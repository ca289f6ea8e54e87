import { parse as parseToml } from "smol-toml";
import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asArray, asObject, asText } from "./json.ts";

/** What cargo locked. Entries without a source are the project's own crates. */
export const cargoLock: Detector = {
  id: "cargo-lock",
  wants: { baseNames: ["Cargo.lock"], accepts: notBundled, maxBytes: 16 * MB },
  parse({ bytes }): Detection {
    const list = asArray(asObject(parseToml(bytes.toString("utf8")))?.package);
    const packages = list.flatMap((value): FoundPackage[] => {
      const entry = asObject(value);
      const [name, version, source] = [asText(entry?.name), asText(entry?.version), asText(entry?.source)];
      if (!name || !version || !source) return [];
      const dependsOn = asArray(entry?.dependencies).map((text) => String(text).split(" ")[0] ?? "");
      return [{ type: "cargo", name, version, dependsOn }];
    });
    return { packages, problems: [] };
  },
};
