import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type Descriptor, digestOf, type ImageManifest, MEDIA_TYPES } from "@tidewaiter/oci";
import { pack } from "tar-stream";

/** One entry of a layer: text or bytes make a file, the others a folder or link. */
export type BuiltEntry =
  | string
  | Uint8Array
  | { readonly folder: true }
  | { readonly symlink: string }
  | { readonly hardlink: string };

/** Entries by path, in order. */
export type BuiltLayer = Readonly<Record<string, BuiltEntry>>;

/** An image held in memory, in the shape that the analyser and the sample registry read. */
export interface BuiltImage {
  readonly digest: string;
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly manifest: ImageManifest;
  readonly manifestBytes: Buffer;
  readonly config: Uint8Array;
  readonly blobs: ReadonlyMap<string, Buffer>;
  openBlob(descriptor: Descriptor): Promise<Readable>;
}

/** A tar of the entries, made by tar-stream. */
export async function buildTar(layer: BuiltLayer): Promise<Buffer> {
  const tar = pack();
  // The same entries always make the same bytes.
  const mtime = new Date(0);
  for (const [name, entry] of Object.entries(layer)) {
    if (typeof entry === "string" || entry instanceof Uint8Array) tar.entry({ name, mtime }, Buffer.from(entry));
    else if ("folder" in entry) tar.entry({ name, mtime, type: "directory" });
    else if ("symlink" in entry) tar.entry({ name, mtime, type: "symlink", linkname: entry.symlink });
    else tar.entry({ name, mtime, type: "link", linkname: entry.hardlink });
  }
  tar.finalize();
  return buffer(tar);
}

/** An image of the given layers, bottom first; `store` packs each tar, with gzip when left out. */
export async function buildImage(
  layers: readonly BuiltLayer[],
  store: (tar: Buffer) => Buffer = (tar) => gzipSync(tar, { level: 1 }),
): Promise<BuiltImage> {
  const tars = await Promise.all(layers.map(buildTar));
  return imageOfTars(tars, store);
}

/** As `buildImage`, from tars that the test made itself. */
export function imageOfTars(tars: readonly Buffer[], store: (tar: Buffer) => Buffer = (tar) => tar): BuiltImage {
  const blobs = new Map<string, Buffer>();
  const add = (mediaType: string, bytes: Buffer): Descriptor => {
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const diffIds = tars.map((tar) => `sha256:${createHash("sha256").update(tar).digest("hex")}`);
  const history = tars.map((_, index) => ({ created_by: `layer ${index}` }));
  const config = Buffer.from(
    JSON.stringify({ os: "linux", architecture: "amd64", rootfs: { type: "layers", diff_ids: diffIds }, history }),
  );
  const fields = {
    mediaType: MEDIA_TYPES.ociManifest,
    config: add(MEDIA_TYPES.ociConfig, config),
    layers: tars.map((tar) => add(MEDIA_TYPES.ociLayerGzip, store(tar))),
  };
  const manifestBytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...fields }));
  return {
    digest: digestOf(manifestBytes),
    platform: { os: "linux", architecture: "amd64" },
    manifest: { kind: "manifest", ...fields, annotations: {} },
    manifestBytes,
    config,
    blobs,
    openBlob: async ({ digest }) => Readable.from([blobs.get(digest) ?? Buffer.alloc(0)]),
  };
}
