import {
  choosePlatform,
  DEFAULT_PLATFORM,
  type Descriptor,
  digestOf,
  type ImageIndex,
  type ImageManifest,
  type IndexEntry,
  type Platform,
  parseDigest,
  parseManifest,
} from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { asText } from "../detectors/json.ts";
import type { ImageSource } from "../image-source.ts";
import { type BlobFiles, folderFiles, tarFiles } from "./blob-files.ts";
import { platformOf } from "./config-platform.ts";

export interface SourceOptions {
  readonly platform?: Platform;
  /** Tag or name, where the source holds several images. */
  readonly name?: string;
  readonly signal?: AbortSignal;
}

const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_INDEX_DEPTH = 4;
const REF_NAME = "org.opencontainers.image.ref.name";

/**
 * An image in an OCI layout folder (OCI image specification, image layout).
 *
 * @throws {BrokerError} ARCHIVE_INVALID, PLATFORM_UNKNOWN or DIGEST_MISMATCH.
 */
export function openOciFolder(folder: string, options: SourceOptions = {}): Promise<ImageSource> {
  return openLayout(folderFiles(folder), folder, options);
}

/** An image in a tar of an OCI layout, read by position. @throws as `openOciFolder`. */
export async function openOciArchive(path: string, options: SourceOptions = {}): Promise<ImageSource> {
  return openLayout(await tarFiles(path, options.signal), path, options);
}

async function openLayout(files: BlobFiles, where: string, options: SourceOptions): Promise<ImageSource> {
  const index = parseManifest(await files.read("index.json", MAX_JSON_BYTES));
  if (index.kind !== "index") throw new BrokerError("ARCHIVE_INVALID", `${where} has an index.json that is no index`);
  const { descriptor, manifest } = await resolve(files, narrow(index, where, options.name), options, 0);
  const config = await readBlob(files, manifest.config);
  return {
    digest: descriptor.digest,
    platform: platformOf(config) ?? options.platform ?? DEFAULT_PLATFORM,
    manifest,
    config,
    openBlob: ({ digest }) => files.open(blobPath(digest)),
    placeOf: ({ digest }) => files.place(blobPath(digest)),
  };
}

/** The entries that a name means; all of them when none is given. */
function narrow(index: ImageIndex, where: string, name: string | undefined): ImageIndex {
  if (name === undefined) return index;
  const manifests = index.manifests.filter(({ digest, annotations }) => {
    const reference = annotations?.[REF_NAME];
    return digest === name || reference === name || reference?.endsWith(`:${name}`);
  });
  if (manifests.length > 0) return { ...index, manifests };
  const names = index.manifests.map(({ annotations }) => asText(annotations?.[REF_NAME])).filter(Boolean);
  throw new BrokerError(
    "ARCHIVE_INVALID",
    `${where} has no image ${name}; there is ${names.join(", ") || "one without a name"}`,
  );
}

async function resolve(
  files: BlobFiles,
  index: ImageIndex,
  options: SourceOptions,
  depth: number,
): Promise<{ descriptor: Descriptor; manifest: ImageManifest }> {
  if (depth > MAX_INDEX_DEPTH) throw new BrokerError("ARCHIVE_INVALID", "indexes within indexes, too deep");
  const descriptor = chooseEntry(index, options.platform);
  const manifest = parseManifest(await readBlob(files, descriptor), descriptor.mediaType);
  return manifest.kind === "index" ? resolve(files, manifest, options, depth + 1) : { descriptor, manifest };
}

/** An only entry is taken whatever it says of its platform, unless somebody asked for one. */
function chooseEntry(index: ImageIndex, platform: Platform | undefined): IndexEntry {
  const [only, ...others] = index.manifests;
  if (only && others.length === 0 && !(platform && only.platform)) return only;
  const isNamed = index.manifests.some((entry) => entry.platform !== undefined);
  if (!isNamed && only)
    throw new BrokerError("ARCHIVE_INVALID", "several images without a platform; say which one by name");
  return choosePlatform(index, platform ?? DEFAULT_PLATFORM);
}

async function readBlob(files: BlobFiles, { digest }: Descriptor): Promise<Buffer> {
  const bytes = await files.read(blobPath(digest), MAX_JSON_BYTES);
  const isSha256 = parseDigest(digest).algorithm === "sha256";
  if (isSha256 && digestOf(bytes) !== digest)
    throw new BrokerError("DIGEST_MISMATCH", `blob ${digest} has other bytes`);
  return bytes;
}

function blobPath(digest: string): string {
  const { algorithm, hex } = parseDigest(digest);
  return `blobs/${algorithm}/${hex}`;
}
