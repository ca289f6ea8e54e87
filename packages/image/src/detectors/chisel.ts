import { zstdDecompressSync } from "node:zlib";
import { type Detector, type FoundPackage, MB } from "./detector.ts";
import { asObject, asText } from "./json.ts";

const MAX_UNPACKED_BYTES = 64 * MB;

/** What Canonical's chisel cut out of Debian packages: one JSON object a line, packed with zstd. */
export const chisel: Detector = {
  id: "chisel",
  wants: { paths: ["var/lib/chisel/manifest.wall"], maxBytes: 16 * MB },
  parse({ bytes }) {
    const text = zstdDecompressSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }).toString("utf8");
    const packages: FoundPackage[] = [];
    for (const line of text.split("\n")) {
      if (line.trim() === "") continue;
      const entry = asObject(JSON.parse(line));
      const [name, version, architecture] = [asText(entry?.name), asText(entry?.version), asText(entry?.arch)];
      if (entry?.kind !== "package" || !name || !version) continue;
      packages.push({ type: "deb", name, version, ...(architecture && { architecture }), source: { name, version } });
    }
    return { packages, problems: [] };
  },
};
