import { inflateSync } from "node:zlib";
import { EXECUTABLE_MAGIC, findSection, isExecutable } from "../formats/executable.ts";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";
import { asArray, asObject, asText } from "./json.ts";

const SECTION = ".dep-v0";
/** As it stands in the table of section names. */
const SECTION_NAME = Buffer.from(`\0${SECTION}\0`, "latin1");
const MAX_LIST_BYTES = 8 * MB;

const TOO_LARGE = {
  code: "LIMIT_EXCEEDED",
  reason: "it lists its crates, but is too large to be read whole (TIDEWAITER_SCAN_PROGRAM_MAX_MB)",
};

/** Crates of a Rust program that was built with cargo-auditable: a packed JSON list in a section of its own. */
export const rustBinary: Detector = {
  id: "rust-binary",
  wants: {
    magic: EXECUTABLE_MAGIC,
    needles: () => [{ bytes: Buffer.from(SECTION, "latin1"), before: 1, after: 1 }],
    maxBytes: 512 * MB,
  },
  parse({ bytes }): Detection {
    // Windows of a program that was too large to hold: the section's name may be there, its list is not.
    if (!isExecutable(bytes)) return bytes.includes(SECTION_NAME) ? { ...NOTHING, problems: [TOO_LARGE] } : NOTHING;
    // Sections cost a walk of the table; a program without the name anywhere has none.
    if (bytes.indexOf(SECTION) < 0) return NOTHING;
    const section = findSection(bytes, SECTION);
    if (!section) return NOTHING;
    const text = inflateSync(section, { maxOutputLength: MAX_LIST_BYTES }).toString("utf8");
    const list = asArray(asObject(JSON.parse(text))?.packages).map((entry) => asObject(entry) ?? {});
    const names = list.map(({ name }) => asText(name) ?? "");
    const packages = list.flatMap((entry): FoundPackage[] => {
      const [name, version] = [asText(entry.name), asText(entry.version)];
      if (!name || !version) return [];
      const dependsOn = asArray(entry.dependencies).flatMap((index) => names[Number(index)] ?? []);
      // What only the build used is not in the program.
      return [
        { type: "cargo", name, version, scope: entry.kind === "build" ? "development" : "production", dependsOn },
      ];
    });
    return { packages, problems: [] };
  },
};
