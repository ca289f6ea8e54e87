import { BrokerError } from "@tidewaiter/runtime";
import type { ImageIndex, IndexEntry } from "./manifest.ts";
import { formatPlatform, type Platform, platformFit } from "./platform.ts";

export interface PlatformChoice {
  /** Takes the only image there is although it is for another platform. */
  readonly acceptOnly?: boolean;
}

/**
 * The entry of an index that serves a platform best. Attestations, artifacts and entries of unknown platform are passed over.
 *
 * @throws {BrokerError} PLATFORM_UNKNOWN, naming what there is.
 */
export function choosePlatform(
  index: ImageIndex,
  wanted: Platform,
  { acceptOnly = false }: PlatformChoice = {},
): IndexEntry {
  const offers = imageEntries(index);
  const ranked = offers
    .map((entry) => ({ entry, fit: entry.platform ? platformFit(wanted, entry.platform) : 0 }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit);
  const [only, ...others] = offers;
  const isOnly = only !== undefined && others.length === 0;
  const best = ranked[0]?.entry ?? (isOnly && (acceptOnly || !only.platform) ? only : undefined);
  if (best) return best;
  const names = offers.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : [])).slice(0, 20);
  throw new BrokerError(
    "PLATFORM_UNKNOWN",
    `no image for ${formatPlatform(wanted)}; there is ${names.join(", ") || "none"}`,
  );
}

/** The entries of an index that can be images: no attestation (BuildKit marks them), no artifact, no unknown platform. */
export function imageEntries(index: ImageIndex): readonly IndexEntry[] {
  return index.manifests.filter(
    ({ platform, annotations, artifactType }) =>
      !artifactType && !annotations?.["vnd.docker.reference.type"] && platform?.architecture !== "unknown",
  );
}
