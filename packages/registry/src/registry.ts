import type { Readable } from "node:stream";
import type { TagMetadata } from "@tidewaiter/contract";
import type { Descriptor, ImageIndex, ImageManifest, Platform } from "@tidewaiter/oci";

/** Something that was attached to a manifest. */
export interface Referrer {
  readonly digest: string;
  readonly artifactType: string;
  /** The tag that says so, where the registry knows no referrers. */
  readonly tag?: string;
}

/** What a tag or digest names right now. */
export interface ManifestHead {
  readonly digest: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/** One image of one platform, ready to be read. */
export interface ResolvedImage {
  readonly repository: string;
  readonly reference: string;
  /** What the tag named: an index's digest, or the image's own. */
  readonly tagDigest: string;
  /** Digest of the platform's manifest, over its raw bytes. */
  readonly digest: string;
  readonly platform: Platform;
  readonly manifest: ImageManifest;
  readonly index?: ImageIndex;
  /** The config blob, verified. */
  readonly config: Uint8Array;
  /** Config and layers, as the manifest says. */
  readonly sizeBytes: number;
  /** Length and digest of every blob are checked here as it passes, so that nobody needs to do so again. */
  readonly verifiesBlobs: true;
  /** A blob's bytes as stored; the stream fails with DIGEST_MISMATCH, at its end at the latest, when they are others. Resumes by itself. */
  openBlob(descriptor: Descriptor, signal?: AbortSignal): Promise<Readable>;
  /** One HEAD: rejects when these credentials may not read the blob. */
  authorizeBlob(descriptor: Descriptor, signal?: AbortSignal): Promise<void>;
}

/** One registry as one set of credentials sees it. */
export interface Registry {
  readonly type: string;
  /** Host and path prefix that is called, for people. */
  readonly address: string;
  /** Pages as they come. @throws {BrokerError} CATALOG_UNSUPPORTED where this type or credential cannot list. */
  listRepositories(signal?: AbortSignal): AsyncIterable<readonly string[]>;
  listTags(repository: string, signal?: AbortSignal): AsyncIterable<readonly string[]>;
  listTagsWithMetadata(repository: string, signal?: AbortSignal): AsyncIterable<readonly TagMetadata[]>;
  headManifest(repository: string, reference: string, signal?: AbortSignal): Promise<ManifestHead>;
  resolve(
    repository: string,
    reference: string,
    options: { platform?: Platform; signal?: AbortSignal },
  ): Promise<ResolvedImage>;
  /** Signatures, attestations and other artifacts attached to a manifest: listed, not looked into. */
  listReferrers(repository: string, digest: string, signal?: AbortSignal): Promise<readonly Referrer[]>;
  close(): Promise<void>;
}
