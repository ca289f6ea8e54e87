import { createHash } from "node:crypto";
import { DEFAULT_PLATFORM, type Descriptor, digestOf, isDigest, MEDIA_TYPES } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { asArray, asObject, asText, type Json } from "../detectors/json.ts";
import type { ImageSource } from "../image-source.ts";
import { compressionOf } from "../layer/decompress.ts";
import { type BlobFiles, tarFiles } from "./blob-files.ts";
import { platformOf } from "./config-platform.ts";
import type { SourceOptions } from "./oci-layout.ts";

const MAX_JSON_BYTES = 16 * 1024 * 1024;

/** One image of a `docker save` archive, as its manifest.json says. */
export interface DockerEntry {
  readonly config: string;
  readonly tags: readonly string[];
  readonly layers: readonly string[];
}

/**
 * An image in an archive made by `docker save` (or podman, skopeo ...), read by position. It has no manifest of its own,
 * so the config's digest, which Docker calls the image's id, stands for it.
 *
 * @throws {BrokerError} ARCHIVE_INVALID.
 */
export async function openDockerArchive(path: string, options: SourceOptions = {}): Promise<ImageSource> {
  const files = await tarFiles(path, options.signal);
  const entry = chooseEntry(
    parseDockerManifest(await files.read("manifest.json", MAX_JSON_BYTES), path),
    path,
    options.name,
  );
  const config = await files.read(entry.config, MAX_JSON_BYTES);
  const diffIds = diffIdsOf(config);
  if (diffIds.length !== entry.layers.length)
    throw new BrokerError("ARCHIVE_INVALID", `${path}: config and layers differ in number`);
  const layers = await Promise.all(
    entry.layers.map((name, position) => describe(files, name, diffIds[position] ?? "")),
  );
  const names = new Map(layers.map(({ digest }, position) => [digest, entry.layers[position] ?? ""]));
  return {
    ...dockerImage(config, layers),
    openBlob: ({ digest }) => files.open(names.get(digest) ?? ""),
    placeOf: ({ digest }) => files.place(names.get(digest) ?? ""),
  };
}

/** @throws {BrokerError} ARCHIVE_INVALID when it is not what `docker save` writes. */
export function parseDockerManifest(bytes: Buffer, where: string): DockerEntry[] {
  const entries = asArray(parseJson(bytes, where)).flatMap((value): DockerEntry[] => {
    const entry = asObject(value);
    const config = asText(entry?.Config);
    const texts = (list: Json): string[] => asArray(list).filter((text) => typeof text === "string");
    return config ? [{ config, tags: texts(entry?.RepoTags), layers: texts(entry?.Layers) }] : [];
  });
  if (entries.length === 0) throw new BrokerError("ARCHIVE_INVALID", `${where} names no image in its manifest.json`);
  return entries;
}

/** What an image without a manifest is to the analyser. */
export function dockerImage(config: Buffer, layers: readonly Descriptor[]): Omit<ImageSource, "openBlob"> {
  const digest = digestOf(config);
  const described = { mediaType: MEDIA_TYPES.dockerConfig, digest, size: config.length };
  return {
    digest,
    platform: platformOf(config) ?? DEFAULT_PLATFORM,
    manifest: { kind: "manifest", mediaType: MEDIA_TYPES.dockerManifest, config: described, layers, annotations: {} },
    config,
  };
}

export function diffIdsOf(config: Buffer): string[] {
  const rootfs = asObject(asObject(parseJson(config, "the image's config"))?.rootfs);
  return asArray(rootfs?.diff_ids).filter((id): id is string => typeof id === "string" && isDigest(id));
}

function chooseEntry(entries: readonly DockerEntry[], where: string, name: string | undefined): DockerEntry {
  const found =
    name === undefined
      ? entries
      : entries.filter(({ tags }) =>
          tags.some((tag) => tag === name || tag.endsWith(`/${name}`) || tag.endsWith(`:${name}`)),
        );
  const [entry, ...others] = found;
  if (entry && others.length === 0) return entry;
  const names = entries.flatMap(({ tags }) => tags).slice(0, 20);
  throw new BrokerError(
    "ARCHIVE_INVALID",
    `${where} has ${entries.length} images; say which: ${names.join(", ") || "none has a name"}`,
  );
}

/** Plain layers, which is what Docker writes, have their diffID as digest. Others are hashed first. */
async function describe(files: BlobFiles, name: string, diffId: string): Promise<Descriptor> {
  const size = await files.size(name);
  if (size === undefined) throw new BrokerError("ARCHIVE_INVALID", `the archive has no ${name}`);
  const isPlain = compressionOf(await headOf(files, name)) === "none";
  const digest = isPlain ? diffId : await hashFile(files, name);
  return { mediaType: isPlain ? MEDIA_TYPES.ociLayer : MEDIA_TYPES.ociLayerGzip, digest, size };
}

async function headOf(files: BlobFiles, name: string): Promise<Buffer> {
  for await (const chunk of await files.open(name)) return chunk;
  return Buffer.alloc(0);
}

async function hashFile(files: BlobFiles, name: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of await files.open(name)) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}

function parseJson(bytes: Buffer, where: string): Json {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new BrokerError("ARCHIVE_INVALID", `${where} holds JSON that cannot be read`, { cause });
  }
}
