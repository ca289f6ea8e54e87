import { findSection } from "../formats/executable.ts";
import { baseNameOf } from "../layer/paths.ts";
import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";

const SETUP_MAGIC = "HdrS";
/** Where the boot protocol keeps the place of the version text, counted from the second sector (Linux, x86/boot.rst). */
const VERSION_PLACE = 0x20e;
const SECTOR = 0x200;

/** A Linux kernel for x86, by the version text in its set-up header; elsewhere by the name of its file. */
export const linuxKernel: Detector = {
  id: "linux-kernel",
  wants: {
    folders: ["boot"],
    accepts: (path) => /^vmlinuz-\d/.test(baseNameOf(path)),
    maxBytes: 512 * MB,
  },
  parse({ path, bytes }): Detection {
    const version = versionOf(bytes) ?? baseNameOf(path).slice("vmlinuz-".length);
    return { packages: [{ type: "generic", name: "linux-kernel", version }], problems: [] };
  },
};

function versionOf(bytes: Buffer): string | undefined {
  if (bytes.length < SECTOR * 2 || bytes.toString("latin1", 0x202, 0x206) !== SETUP_MAGIC) return undefined;
  const start = bytes.readUInt16LE(VERSION_PLACE) + SECTOR;
  return bytes.toString("latin1", start, start + 128).match(/^(\d+\.\d+[\w.+~-]*)/)?.[1];
}

const MODULE = /^(?:usr\/)?lib\/modules\/[^/]+\/(?:updates|extra|misc|weak-updates|dkms)\/.*\/?[^/]+\.ko$/;

/** Kernel modules that came from elsewhere than the kernel's own package and say a version (`.modinfo`). */
export const kernelModules: Detector = {
  id: "kernel-module",
  wants: { suffixes: [".ko"], accepts: (path) => MODULE.test(path), maxBytes: 64 * MB },
  parse({ path, bytes }): Detection {
    const section = findSection(bytes, ".modinfo");
    const fields = new Map(
      (section?.toString("utf8") ?? "").split("\0").map((line): [string, string] => {
        const equals = line.indexOf("=");
        return [line.slice(0, Math.max(0, equals)), line.slice(equals + 1)];
      }),
    );
    const [version, license] = [fields.get("version"), fields.get("license")];
    if (!version) return NOTHING;
    const name = fields.get("name") || baseNameOf(path).slice(0, -".ko".length);
    const licenses = license ? { licenses: [license.slice(0, 512)] } : {};
    return { packages: [{ type: "generic", namespace: "linux-module", name, version, ...licenses }], problems: [] };
  },
};
