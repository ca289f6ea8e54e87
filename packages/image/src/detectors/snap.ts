import { parseLockYaml } from "../formats/lock-yaml.ts";
import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";
import { asObject, asText } from "./json.ts";

/** Snaps that were unpacked into the image (snapcraft, snap.yaml). */
export const snap: Detector = {
  id: "snap",
  wants: { baseNames: ["snap.yaml"], accepts: (path) => /(?:^|\/)meta\/snap\.yaml$/.test(path), maxBytes: MB },
  parse({ bytes }): Detection {
    const meta = asObject(parseLockYaml(bytes));
    const [name, version] = [asText(meta?.name), asText(meta?.version)];
    if (!name || !version) return { ...NOTHING, problems: [{ reason: `a snap without ${name ? "version" : "name"}` }] };
    return { packages: [{ type: "generic", namespace: "snap", name, version }], problems: [] };
  },
};
