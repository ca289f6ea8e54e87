import type { Readable } from "node:stream";
import type { Descriptor, ImageIndex, ImageManifest, Platform } from "@tidewaiter/oci";
import type { Referrer } from "./attached.ts";
import type { BlobPlace } from "./sources/blob-place.ts";

/**
 * Where an image's bytes come from: a registry, an archive, a folder or an engine. The registry's `ResolvedImage`
 * is one as it stands.
 */
export interface ImageSource {
  /** Digest of the platform's manifest. */
  readonly digest: string;
  readonly platform: Platform;
  readonly manifest: ImageManifest;
  readonly config: Uint8Array;
  /** What the manifest was chosen from, where there was a choice. */
  readonly index?: Pick<ImageIndex, "manifests">;
  /** True when all layers come in one stream: then they are asked for at once, and each may wait for those before it. */
  readonly isSequential?: boolean;
  /** True when a blob's stream fails with DIGEST_MISMATCH at the end of other bytes than the descriptor's: then they are digested once. */
  readonly verifiesBlobs?: boolean;
  openBlob(descriptor: Descriptor, signal?: AbortSignal): Promise<Readable>;
  /** Where a blob lies in a file, for threads that read it by themselves. */
  placeOf?(descriptor: Descriptor): Promise<BlobPlace>;
  /** Asked before another's layer facts are used from the cache; rejects when this reader may not have the blob. */
  authorizeBlob?(descriptor: Descriptor, signal?: AbortSignal): Promise<void>;
  /** What is attached to the manifest; asked once for each image. */
  listReferrers?(signal?: AbortSignal): Promise<readonly Referrer[]>;
}
