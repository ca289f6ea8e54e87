import { folderOf } from "../layer/paths.ts";
import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";
import { asArray, asObject, asText, parseJson } from "./json.ts";
import { isOwnable } from "./ownable.ts";

/** Installed conda packages: a JSON file for each. */
export const conda: Detector = {
  id: "conda",
  wants: { suffixes: [".json"], accepts: (path) => /(?:^|\/)conda-meta\/[^/]+\.json$/.test(path), maxBytes: 16 * MB },
  parse({ path, bytes }): Detection {
    const entry = asObject(parseJson(bytes));
    const [name, version, build] = [asText(entry?.name), asText(entry?.version), asText(entry?.build)];
    if (!name || !version) return { ...NOTHING, problems: [{ reason: "conda-meta without name or version" }] };
    const license = asText(entry?.license);
    const root = folderOf(folderOf(path));
    const owns = asArray(entry?.files)
      .filter((file) => typeof file === "string")
      .map((file) => `${root}/${file}`);
    return {
      problems: [],
      packages: [
        {
          type: "conda",
          name,
          version,
          ...(license && { licenses: [license.slice(0, 512)] }),
          ...(build && { qualifiers: { build } }),
          dependsOn: asArray(entry?.depends).map((text) => String(text).split(/\s/)[0] ?? ""),
          owns: owns.filter(isOwnable),
        },
      ],
    };
  },
};
