/** What an image runs on (OCI image index specification, `platform`). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
  armhf: "arm",
  i386: "386",
};
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { arm64: "v8", arm: "v7" };

export const DEFAULT_PLATFORM: Platform = { os: "linux", architecture: "amd64" };

/** `os/arch[/variant]`, or only an architecture; undefined when it is neither. */
export function parsePlatform(text: string): Platform | undefined {
  const parts = text.trim().toLowerCase().split("/");
  if (parts.length > 3 || parts.some((part) => !/^[\w.-]+$/.test(part))) return undefined;
  const [os = "linux", architecture = "", variant] = parts.length === 1 ? ["linux", ...parts] : parts;
  return { os, architecture: ARCHITECTURES[architecture] ?? architecture, ...(variant && { variant }) };
}

/** `os/arch[/variant]`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join("/");
}

/** How well an image's platform serves a wanted one: 0 not at all, the higher the better. */
export function platformFit(wanted: Platform, offered: Platform): number {
  if (wanted.os !== offered.os || wanted.architecture !== offered.architecture) return 0;
  if (!servesVersion(wanted.osVersion, offered.osVersion)) return 0;
  const [want, offer] = [variantOf(wanted), variantOf(offered)];
  if (want === offer) return 4;
  if (wanted.variant === undefined) return 3;
  // Newer processors run what was made for older ones; the nearest is the best.
  const isOlder = BACKWARD.has(wanted.architecture) && offer < want;
  return isOlder ? 1 + Number(offer.slice(1)) / 10 : 0;
}

/** Processors whose variants run everything below them. */
const BACKWARD = new Set(["arm", "amd64"]);

/** Windows images run on the build that they were made for: major, minor and build number must be equal. */
function servesVersion(wanted: string | undefined, offered: string | undefined): boolean {
  if (!wanted || !offered) return true;
  const build = (version: string): string => version.split(".").slice(0, 3).join(".");
  return build(wanted) === build(offered);
}

function variantOf({ architecture, variant }: Platform): string {
  return variant ?? DEFAULT_VARIANTS[architecture] ?? "";
}
