import { type Descriptor, digestOf, type ImageManifest, MEDIA_TYPES } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import type { ExportContents } from "./export-entries.ts";

const listSchema = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()) })).min(1);
const configSchema = z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) });
const BLOB_PATH = /^blobs\/(sha256)\/([0-9a-f]{64})$/;

/** An exported image as a manifest, with where each layer lies in the archive. */
export interface DaemonImage {
  readonly manifest: ImageManifest;
  readonly digest: string;
  readonly config: Buffer;
  /** Path in the archive, by digest. */
  readonly paths: ReadonlyMap<string, string>;
}

/**
 * Reads `manifest.json` of an export. The engine keeps no manifest of its own, so one is written here over the same layers; its
 * digest is stable for the same image.
 *
 * @throws {BrokerError} REGISTRY_PROTOCOL when the export lacks what every engine writes.
 */
export function readDaemonImage(contents: ExportContents): DaemonImage {
  const [entry] = parse(contents, "manifest.json", listSchema);
  const config = contents.documents.get(entry?.Config ?? "");
  if (!entry || !config) throw lacking("the image's config");
  const { diff_ids: diffIds } = parse(contents, entry.Config, configSchema).rootfs;
  const paths = new Map<string, string>();
  const layers = entry.Layers.map((path, index) => {
    const descriptor = describeLayer(contents, path, diffIds[index]);
    paths.set(descriptor.digest, contents.target(path));
    return descriptor;
  });
  const configDescriptor = { mediaType: MEDIA_TYPES.dockerConfig, digest: digestOf(config), size: config.length };
  const document = { schemaVersion: 2, mediaType: MEDIA_TYPES.dockerManifest, config: configDescriptor, layers };
  const manifest: ImageManifest = {
    kind: "manifest",
    mediaType: document.mediaType,
    config: configDescriptor,
    layers,
    annotations: {},
  };
  return { manifest, digest: digestOf(JSON.stringify(document)), config, paths };
}

/** Newer engines name a layer's file by the digest of its bytes; older ones by an id, with the bytes not compressed. */
function describeLayer(contents: ExportContents, path: string, diffId: string | undefined): Descriptor {
  const size = contents.sizeOf(path);
  const [, algorithm, hex] = BLOB_PATH.exec(contents.target(path)) ?? [];
  const digest = hex ? `${algorithm}:${hex}` : diffId;
  if (size === undefined || !digest) throw lacking(`the layer ${path}`);
  return { mediaType: digest === diffId ? MEDIA_TYPES.ociLayer : MEDIA_TYPES.ociLayerGzip, digest, size };
}

function parse<S extends z.ZodType>({ documents }: ExportContents, path: string, schema: S): z.output<S> {
  const bytes = documents.get(path);
  if (!bytes) throw lacking(path);
  try {
    return schema.parse(JSON.parse(bytes.toString("utf8")));
  } catch (error) {
    throw new BrokerError("REGISTRY_PROTOCOL", `the engine's export has a ${path} of unknown form`, { cause: error });
  }
}

function lacking(what: string): BrokerError {
  return new BrokerError("REGISTRY_PROTOCOL", `the engine's export lacks ${what}`);
}
