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
  const [want, offer] = [variantOf(wanted), variantOf(offered)];
  if (want === offer) return 3;
  if (wanted.variant === undefined) return 2;
  return wanted.architecture === "arm" && offer < want ? 1 : 0;
}

function variantOf({ architecture, variant }: Platform): string {
  return variant ?? DEFAULT_VARIANTS[architecture] ?? "";
}
