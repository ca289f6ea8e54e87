import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";
import { parseParagraphs } from "./paragraphs.ts";

/** Installed R packages: a DESCRIPTION that says when it was built. */
export const rDescription: Detector = {
  id: "r-description",
  wants: {
    baseNames: ["DESCRIPTION"],
    accepts: (path) => /(?:^|\/)(?:site-library|library)\/[^/]+\/DESCRIPTION$/.test(path),
    maxBytes: MB,
  },
  parse({ bytes }): Detection {
    const [fields = {}] = [...parseParagraphs(bytes.toString("utf8"))];
    const { package: name, version, license, built } = fields;
    if (!built) return NOTHING;
    if (!name || !version)
      return { ...NOTHING, problems: [{ reason: `DESCRIPTION without ${name ? "version" : "name"}` }] };
    const needs = [fields.depends, fields.imports, fields.linkingto].filter((text) => text !== undefined).join(",");
    const dependsOn = needs
      .split(",")
      .map((part) => part.trim().match(/^[\w.]+/)?.[0] ?? "")
      .filter((part) => part !== "" && part !== "R");
    return {
      problems: [],
      packages: [
        {
          type: "cran",
          name,
          version,
          ...(license && { licenses: [license.slice(0, 512)] }),
          dependsOn: [...new Set(dependsOn)],
        },
      ],
    };
  },
};
