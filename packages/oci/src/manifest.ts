import { BrokerError } from "@tidewaiter/runtime";
import { isDigest } from "./digest.ts";
import { MEDIA_TYPES } from "./media-types.ts";
import type { Platform } from "./platform.ts";

/** Media type, digest and size of a blob or manifest (OCI image specification, descriptor). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly urls?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}

export interface IndexEntry extends Descriptor {
  readonly platform?: Platform;
}

/** One image for one platform: a config and its layers, bottom first. */
export interface ImageManifest {
  readonly kind: "manifest";
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}

/** One name for images of several platforms. */
export interface ImageIndex {
  readonly kind: "index";
  readonly mediaType: string;
  readonly manifests: readonly IndexEntry[];
  readonly annotations: Readonly<Record<string, string>>;
}

const MAX_ENTRIES = 10_000;
type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a manifest or index. The kind follows from the body where the content type is missing or wrong.
 *
 * @throws {BrokerError} MANIFEST_LEGACY for schema 1, IMAGE_UNSUPPORTED for what is neither, REGISTRY_PROTOCOL for broken JSON.
 */
export function parseManifest(bytes: Uint8Array, contentType = ""): ImageManifest | ImageIndex {
  const json = parseObject(bytes);
  const mediaType = String(json.mediaType ?? contentType.split(";")[0]?.trim() ?? "");
  if (json.schemaVersion === 1 || Array.isArray(json.fsLayers)) {
    throw new BrokerError("MANIFEST_LEGACY", "the manifest has the withdrawn schema 1 form");
  }
  const annotations = readAnnotations(json.annotations) ?? {};
  if (Array.isArray(json.manifests)) {
    const manifests = readList(json.manifests).map(readIndexEntry);
    return { kind: "index", mediaType: mediaType || MEDIA_TYPES.ociIndex, manifests, annotations };
  }
  if (Array.isArray(json.layers) && json.config) {
    const artifactType = typeof json.artifactType === "string" ? json.artifactType : undefined;
    const [config, layers] = [readDescriptor(json.config), readList(json.layers).map(readDescriptor)];
    return {
      kind: "manifest",
      mediaType: mediaType || MEDIA_TYPES.ociManifest,
      config,
      layers,
      annotations,
      artifactType,
    };
  }
  throw new BrokerError("IMAGE_UNSUPPORTED", `${mediaType || "an unknown media type"} is neither image nor index`);
}

/** What may hold files; cosign gives its signatures and attestations an image's config, so the config alone says too little. */
const ARCHIVE_TYPE = /tar|gzip|zstd|octet-stream|^$/i;

/** True when the manifest describes a runnable image and not a chart, signature or other artifact. */
export function isImage({ config, layers, artifactType }: ImageManifest): boolean {
  const type = config.mediaType;
  const hasConfig = type === MEDIA_TYPES.ociConfig || type === MEDIA_TYPES.dockerConfig;
  const isArchive = layers.length === 0 || layers.some(({ mediaType }) => ARCHIVE_TYPE.test(mediaType));
  return !artifactType && hasConfig && isArchive;
}

function parseObject(bytes: Uint8Array): Json {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isObject(json)) return json;
  } catch (error) {
    throw new BrokerError("REGISTRY_PROTOCOL", "the manifest is not JSON", { cause: error });
  }
  throw new BrokerError("REGISTRY_PROTOCOL", "the manifest is not a JSON object");
}

function readDescriptor(value: unknown): Descriptor {
  if (!isObject(value)) throw new BrokerError("REGISTRY_PROTOCOL", "a descriptor is no object");
  const { mediaType, digest, size, urls, artifactType } = value;
  if (typeof digest !== "string" || !isDigest(digest)) {
    throw new BrokerError("REGISTRY_PROTOCOL", "a descriptor has no usable digest");
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new BrokerError("REGISTRY_PROTOCOL", `the descriptor of ${digest} has no usable size`);
  }
  return {
    mediaType: typeof mediaType === "string" ? mediaType : "",
    digest,
    size,
    ...(Array.isArray(urls) && { urls: urls.filter((url) => typeof url === "string") }),
    ...(isObject(value.annotations) && { annotations: readAnnotations(value.annotations) }),
    ...(typeof artifactType === "string" && { artifactType }),
  };
}

function readIndexEntry(value: unknown): IndexEntry {
  const descriptor = readDescriptor(value);
  const platform = isObject(value) && isObject(value.platform) ? readPlatform(value.platform) : undefined;
  return { ...descriptor, ...(platform && { platform }) };
}

function readPlatform(value: Json): Platform {
  const text = (key: string): string | undefined =>
    typeof value[key] === "string" && value[key] ? value[key] : undefined;
  return {
    os: text("os") ?? "unknown",
    architecture: text("architecture") ?? "unknown",
    ...(text("variant") && { variant: text("variant") }),
    ...(text("os.version") && { osVersion: text("os.version") }),
  };
}

function readAnnotations(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  const pairs = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return Object.fromEntries(pairs.slice(0, MAX_ENTRIES));
}

function readList(list: readonly unknown[]): readonly unknown[] {
  if (list.length > MAX_ENTRIES) throw new BrokerError("LIMIT_EXCEEDED", `a manifest with ${list.length} entries`);
  return list;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
