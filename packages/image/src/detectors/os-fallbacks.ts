import type { OperatingSystem } from "@tidewaiter/inventory";
import { type Detection, type Detector, NOTHING } from "./detector.ts";
import { parseShellPairs } from "./os-release.ts";

type Card = Partial<OperatingSystem>;
type Read = (text: string) => Card | undefined;

/** `Name release 7.9 (Core)`, as Red Hat and its kin write it. */
function releaseLine(ids: readonly (readonly [RegExp, string])[]): Read {
  return (text) => {
    const id = ids.find(([pattern]) => pattern.test(text))?.[1];
    const versionId = text.match(/release\s+(\d+(?:\.\d+)*)/i)?.[1];
    return id
      ? { id, ...(versionId && { versionId }), prettyName: text.trim().split("\n")[0]?.slice(0, 256) }
      : undefined;
  };
}

const RED_HAT_KIN = releaseLine([
  [/^centos/i, "centos"],
  [/^oracle/i, "ol"],
  [/^rocky/i, "rocky"],
  [/^alma/i, "almalinux"],
  [/^fedora/i, "fedora"],
  [/^amazon/i, "amzn"],
  [/^red hat/i, "rhel"],
]);

/** Files that name the distribution where os-release is missing or says too little. */
const READERS: Readonly<Record<string, Read>> = {
  "etc/lsb-release": (text) => {
    const pairs = parseShellPairs(text);
    const id = pairs.get("DISTRIB_ID")?.toLowerCase();
    const [versionId, codename] = [pairs.get("DISTRIB_RELEASE"), pairs.get("DISTRIB_CODENAME")];
    return id ? { id, ...(versionId && { versionId }), ...(codename && { codename }) } : undefined;
  },
  // "12.5", or the name of what is not released yet.
  "etc/debian_version": (text) => {
    const version = text.trim();
    return /^\d+(\.\d+)*$/.test(version) ? { id: "debian", versionId: version } : { id: "debian" };
  },
  "etc/alpine-release": (text) =>
    /^\d/.test(text) ? { id: "alpine", versionId: text.trim().slice(0, 64) } : undefined,
  "etc/oracle-release": RED_HAT_KIN,
  "etc/centos-release": RED_HAT_KIN,
  "etc/rocky-release": RED_HAT_KIN,
  "etc/almalinux-release": RED_HAT_KIN,
  "etc/fedora-release": RED_HAT_KIN,
  "etc/redhat-release": RED_HAT_KIN,
  "etc/system-release": RED_HAT_KIN,
  "etc/arch-release": () => ({ id: "arch" }),
  "etc/issue": (text) => {
    const match = text.match(/^Welcome to (Alpine) Linux (\d[\d.]*)|^(Debian|Ubuntu)\D*(\d[\d.]*)/m);
    const [id, versionId] = [match?.[1] ?? match?.[3], match?.[2] ?? match?.[4]];
    return id ? { id: id.toLowerCase(), ...(versionId && { versionId }) } : undefined;
  },
};

/** Surest first: the distribution's own files before those that it took over from its parent. */
export const FALLBACK_PATHS: readonly string[] = Object.keys(READERS);

export const osFallbacks: Detector = {
  id: "os-fallbacks",
  wants: { paths: FALLBACK_PATHS, maxBytes: 64 * 1024 },
  parse({ path, bytes }): Detection {
    const operatingSystem = READERS[path]?.(bytes.toString("utf8"));
    return operatingSystem ? { ...NOTHING, operatingSystem } : NOTHING;
  },
};
