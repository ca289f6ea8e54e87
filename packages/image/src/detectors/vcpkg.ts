import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { parseParagraphs } from "./paragraphs.ts";

/** C and C++ libraries that vcpkg installed: paragraphs like dpkg's, with further ones for the features of each. */
export const vcpkg: Detector = {
  id: "vcpkg",
  wants: { baseNames: ["status"], accepts: (path) => /(?:^|\/)vcpkg\/status$/.test(path), maxBytes: 16 * MB },
  parse({ bytes }): Detection {
    const packages: FoundPackage[] = [];
    for (const fields of parseParagraphs(bytes.toString("utf8"))) {
      const { package: name, version, feature, status, architecture } = fields;
      if (feature || !name || !version || status?.split(/\s+/)[2] !== "installed") continue;
      // Of several ports of one upstream version the port's own number tells.
      const port = fields["port-version"] ? `#${fields["port-version"]}` : "";
      const triplet = architecture ? { architecture } : {};
      packages.push({ type: "generic", namespace: "vcpkg", name, version: `${version}${port}`, ...triplet });
    }
    return { packages, problems: [] };
  },
};
