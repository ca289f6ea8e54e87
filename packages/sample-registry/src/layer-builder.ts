import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Descriptor, digestOf, MEDIA_TYPES } from "@tidewaiter/oci";
import { pack } from "tar-stream";

/** One entry of a layer: contents, or what the entry is instead of a file. */
export type LayerEntry =
  | string
  | Uint8Array
  | { readonly contents: string | Uint8Array; readonly mode?: number }
  | { readonly directory: true }
  | { readonly symlink: string }
  | { readonly hardlink: string };

export type Compression = "gzip" | "zstd" | "none";

/** A layer with its bytes in memory: for samples and tests, which are small. */
export interface BuiltLayer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
  readonly bytes: Uint8Array;
  readonly createdBy: string;
}

const MEDIA_TYPE = {
  gzip: MEDIA_TYPES.ociLayerGzip,
  zstd: MEDIA_TYPES.ociLayerZstd,
  none: MEDIA_TYPES.ociLayer,
} as const satisfies Record<Compression, string>;

/** Packs entries in their order (whiteouts are files named `.wh.…`). Equal entries give equal digests. */
export async function buildLayer(
  entries: Readonly<Record<string, LayerEntry>>,
  { compression = "gzip", createdBy = "COPY . /" }: { compression?: Compression; createdBy?: string } = {},
): Promise<BuiltLayer> {
  return layerFromTar(await packTar(entries), { compression, createdBy });
}

/** A layer from a tar that is there already, such as one made to be odd. */
export function layerFromTar(
  tar: Uint8Array,
  { compression = "gzip", createdBy = "COPY . /" }: { compression?: Compression; createdBy?: string } = {},
): BuiltLayer {
  const bytes = compress(tar, compression);
  const descriptor = { mediaType: MEDIA_TYPE[compression], digest: digestOf(bytes), size: bytes.byteLength };
  return { descriptor, diffId: digestOf(tar), bytes, createdBy };
}

async function packTar(entries: Readonly<Record<string, LayerEntry>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, entry] of Object.entries(entries)) addEntry(archive, name, entry);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function addEntry(archive: ReturnType<typeof pack>, name: string, entry: LayerEntry): void {
  const header = { name, mtime: new Date(0), uid: 0, gid: 0 };
  if (typeof entry === "string" || entry instanceof Uint8Array) {
    archive.entry({ ...header, mode: 0o644 }, Buffer.from(entry));
  } else if ("contents" in entry) {
    archive.entry({ ...header, mode: entry.mode ?? 0o644 }, Buffer.from(entry.contents));
  } else if ("directory" in entry) {
    archive.entry({ ...header, type: "directory", mode: 0o755 });
  } else if ("symlink" in entry) {
    archive.entry({ ...header, type: "symlink", linkname: entry.symlink, mode: 0o777 });
  } else {
    archive.entry({ ...header, type: "link", linkname: entry.hardlink, mode: 0o644 });
  }
}

function compress(tar: Uint8Array, compression: Compression): Uint8Array {
  if (compression === "none") return tar;
  return compression === "gzip" ? gzipSync(tar) : zstdCompressSync(tar);
}
