import { isDotnetProgram, readPeVersion } from "../formats/pe-version.ts";
import { baseNameOf } from "../layer/paths.ts";
import { isBundled } from "./bundled.ts";
import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";

/** Assemblies that compilers read: nothing runs them. */
const REFERENCE = /(?:^|\/)(?:ref|refs|packs|obj)\//;

/**
 * Windows programs and libraries, and assemblies of .NET, by their version resource. Assemblies of an application that
 * has its list of packages beside them are left to that by a resolver.
 */
export const peVersion: Detector = {
  id: "pe-version",
  wants: {
    magic: [Uint8Array.of(0x4d, 0x5a)],
    accepts: (path) => /\.(?:dll|exe)$/i.test(path) && !REFERENCE.test(path) && !isBundled(path),
    maxBytes: 512 * MB,
  },
  parse({ path, bytes }): Detection {
    const texts = readPeVersion(bytes);
    const version = versionOf(texts.get("ProductVersion")) ?? versionOf(texts.get("FileVersion"));
    if (!version) return NOTHING;
    const own = texts.get("InternalName") || texts.get("OriginalFilename") || baseNameOf(path);
    const isDotnet = isDotnetProgram(bytes);
    const name = (isDotnet ? own : texts.get("ProductName") || own).replace(/\.(?:dll|exe)$/i, "");
    const vendor = texts.get("CompanyName");
    const found = { type: isDotnet ? ("nuget" as const) : ("generic" as const), name: name.slice(0, 256), version };
    return { packages: name ? [{ ...found, ...(vendor && { vendor: vendor.slice(0, 256) }) }] : [], problems: [] };
  },
};

/** `13.0.3+0a2e29` and `1, 2, 3, 4` are written as well. */
function versionOf(text: string | undefined): string | undefined {
  return text?.replace(/,\s*/g, ".").match(/^v?(\d+(?:\.\d+)+(?:-[\w.]+)?)/)?.[1];
}
