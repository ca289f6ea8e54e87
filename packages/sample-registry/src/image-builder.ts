import { type Descriptor, digestOf, MEDIA_TYPES, type Platform } from "@tidewaiter/oci";
import type { BuiltLayer } from "./layer-builder.ts";

/** A manifest or index with all that it refers to. */
export interface BuiltManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** Config and layers of this manifest, by digest. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  /** Manifests that an index refers to. */
  readonly children: readonly BuiltManifest[];
}

export interface ImageOptions {
  readonly platform?: Platform;
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdAt?: string;
  readonly command?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** Docker's older media types instead of OCI's. */
  readonly isDocker?: boolean;
}

/** An image manifest over layers, bottom first. */
export function buildImage(layers: readonly BuiltLayer[], options: ImageOptions = {}): BuiltManifest {
  const config = Buffer.from(JSON.stringify(configOf(layers, options)));
  const configType = options.isDocker ? MEDIA_TYPES.dockerConfig : MEDIA_TYPES.ociConfig;
  const mediaType = options.isDocker ? MEDIA_TYPES.dockerManifest : MEDIA_TYPES.ociManifest;
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: configType, digest: digestOf(config), size: config.byteLength },
    layers: layers.map(({ descriptor }) => dockerize(descriptor, options.isDocker)),
    ...(options.annotations && { annotations: options.annotations }),
  };
  const blobs = new Map<string, Uint8Array>([[manifest.config.digest, config]]);
  for (const { descriptor, bytes } of layers) blobs.set(descriptor.digest, bytes);
  return { ...encode(manifest, mediaType), blobs, children: [] };
}

/** An index over images; each needs a platform to be chosen by. */
export function buildIndex(
  entries: readonly { readonly image: BuiltManifest; readonly platform?: Platform }[],
): BuiltManifest {
  const mediaType = MEDIA_TYPES.ociIndex;
  const manifests = entries.map(({ image, platform }) => ({ ...image.descriptor, ...(platform && { platform }) }));
  const children = entries.map(({ image }) => image);
  return { ...encode({ schemaVersion: 2, mediaType, manifests }, mediaType), blobs: new Map(), children };
}

function configOf(layers: readonly BuiltLayer[], options: ImageOptions): unknown {
  const { os = "linux", architecture = "amd64", variant } = options.platform ?? {};
  const created = options.createdAt ?? "2026-01-01T00:00:00Z";
  return {
    created,
    architecture,
    os,
    ...(variant && { variant }),
    config: {
      Labels: options.labels ?? {},
      Cmd: options.command ?? ["/bin/sh"],
      Env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ createdBy }) => ({ created, created_by: createdBy })),
  };
}

function dockerize(descriptor: Descriptor, isDocker = false): Descriptor {
  return isDocker ? { ...descriptor, mediaType: MEDIA_TYPES.dockerLayerGzip } : descriptor;
}

function encode(manifest: object, mediaType: string): { descriptor: Descriptor; bytes: Uint8Array } {
  const bytes = Buffer.from(JSON.stringify(manifest));
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength } };
}
