import {
  choosePlatform,
  DEFAULT_PLATFORM,
  type ImageIndex,
  type ImageManifest,
  isImage,
  type Platform,
} from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import type { RegistryLimits } from "../limits.ts";
import type { ResolvedImage } from "../registry.ts";
import type { Blobs } from "./blobs.ts";
import type { FetchedManifest, Manifests } from "./manifests.ts";

export interface ResolveOptions {
  /** Asked for by the caller: another one is an error. */
  readonly platform?: Platform;
  /** In order of preference, when the caller does not mind. */
  readonly preferred: readonly Platform[];
  readonly signal?: AbortSignal;
}

export interface ResolveContext {
  readonly manifests: Manifests;
  readonly blobs: Blobs;
  readonly limits: RegistryLimits;
}

/**
 * A tag or digest down to one image: through indexes and indexes of indexes, the config verified. Costs one request for each
 * manifest on the way and one for the config.
 *
 * @throws {BrokerError} PLATFORM_UNKNOWN, IMAGE_UNSUPPORTED, MANIFEST_LEGACY and what fetching throws.
 */
export async function resolveImage(
  repository: string,
  reference: string,
  options: ResolveOptions,
  { manifests, blobs, limits }: ResolveContext,
): Promise<ResolvedImage> {
  const { signal } = options;
  const top = await manifests.fetch(repository, reference, signal);
  let current: FetchedManifest = top;
  for (let depth = 0; current.parsed.kind === "index"; depth += 1) {
    if (depth >= limits.indexDepth)
      throw new BrokerError("IMAGE_UNSUPPORTED", `${repository}: indexes nested too deeply`);
    current = await manifests.fetch(repository, chooseEntry(current.parsed, options).digest, signal);
  }
  const manifest = current.parsed;
  assertImage(manifest, `${repository}:${reference}`);
  const config = await blobs.read(repository, manifest.config, limits.maxConfigBytes, signal);
  return {
    repository,
    reference,
    tagDigest: top.digest,
    digest: current.digest,
    platform: platformOf(config),
    manifest,
    ...(top.parsed.kind === "index" && { index: top.parsed }),
    config,
    sizeBytes: manifest.layers.reduce((sum, { size }) => sum + size, manifest.config.size),
    verifiesBlobs: true,
    openBlob: (descriptor, blobSignal) => blobs.open(repository, descriptor, blobSignal),
    authorizeBlob: (descriptor, blobSignal) => blobs.authorize(repository, descriptor, blobSignal),
  };
}

function chooseEntry(index: ImageIndex, { platform, preferred }: ResolveOptions) {
  if (platform) return choosePlatform(index, platform);
  const wanted = preferred.length > 0 ? preferred : [DEFAULT_PLATFORM];
  for (const [position, candidate] of wanted.entries()) {
    const isLast = position === wanted.length - 1;
    try {
      return choosePlatform(index, candidate, { acceptOnly: isLast && preferred.length === 0 });
    } catch (error) {
      if (isLast || !(error instanceof BrokerError) || error.code !== "PLATFORM_UNKNOWN") throw error;
    }
  }
  return choosePlatform(index, DEFAULT_PLATFORM);
}

function assertImage(manifest: ImageManifest, name: string): void {
  if (isImage(manifest)) return;
  const [layer] = manifest.layers;
  const type = manifest.artifactType ?? layer?.mediaType ?? manifest.config.mediaType;
  throw new BrokerError("IMAGE_UNSUPPORTED", `${name} is no container image (${type || "unknown type"})`);
}

/** A config says what its image runs on; what it leaves out is linux/amd64, as engines take it. */
export function platformOf(config: Uint8Array): Platform {
  try {
    const json = JSON.parse(new TextDecoder().decode(config)) as Readonly<Record<string, unknown>> | null;
    const text = (key: string): string | undefined => {
      const value = json?.[key];
      return typeof value === "string" && value !== "" ? value : undefined;
    };
    const [variant, osVersion] = [text("variant"), text("os.version")];
    return {
      os: text("os") ?? DEFAULT_PLATFORM.os,
      architecture: text("architecture") ?? DEFAULT_PLATFORM.architecture,
      ...(variant && { variant }),
      ...(osVersion && { osVersion }),
    };
  } catch (error) {
    throw new BrokerError("REGISTRY_PROTOCOL", "the image's config is not JSON", { cause: error });
  }
}
