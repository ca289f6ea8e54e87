import { type Detector, MB, NOTHING } from "./detector.ts";
import { asArray, asObject, parseJson } from "./json.ts";

/** Red Hat's repositories that an image was built from: its advisories are chosen by them. */
export const contentSets: Detector = {
  id: "content-sets",
  wants: {
    folders: ["root/buildinfo/content_manifests", "usr/share/buildinfo"],
    accepts: (path) => path.endsWith(".json"),
    maxBytes: MB,
  },
  parse({ bytes }) {
    const sets = asArray(asObject(parseJson(bytes))?.content_sets).filter((name) => typeof name === "string");
    return sets.length > 0 ? { ...NOTHING, operatingSystem: { contentSets: sets.slice(0, 256) } } : NOTHING;
  },
};
