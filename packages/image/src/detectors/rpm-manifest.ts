import { parseSourceRpm } from "../formats/rpm-header.ts";
import { type Detector, type FoundPackage, type FoundProblem, MB } from "./detector.ts";

/**
 * Packages of rpm-based images that carry no data base (Azure Linux distroless): a line for each, tab separated, as
 * `rpm --qf` wrote it: name, version-release, install time, build time, vendor, epoch, size, architecture, source rpm.
 */
export const rpmManifest: Detector = {
  id: "rpm-manifest",
  wants: { paths: ["var/lib/rpmmanifest/container-manifest-2"], maxBytes: 16 * MB },
  parse({ bytes }) {
    const packages: FoundPackage[] = [];
    const problems: FoundProblem[] = [];
    for (const line of bytes.toString("utf8").split("\n")) {
      if (line.trim() === "") continue;
      const [name, version, , , vendor, epoch, , architecture, sourceRpm] = line.split("\t");
      if (!name || !version) {
        problems.push({ reason: "line without name or version" });
        continue;
      }
      const source = parseSourceRpm(sourceRpm);
      packages.push({
        type: "rpm",
        name,
        version: epoch && /^[1-9]\d*$/.test(epoch) ? `${epoch}:${version}` : version,
        ...(architecture && architecture !== "(none)" && { architecture }),
        ...(vendor && vendor !== "(none)" && { vendor: vendor.slice(0, 256) }),
        ...(source && { source }),
      });
    }
    return { packages, problems };
  },
};
