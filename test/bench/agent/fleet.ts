import { createHash, type Hash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type Descriptor, MEDIA_TYPES } from "@tidewaiter/oci";
import { buildImage, type RegistryContent } from "@tidewaiter/sample-registry";
import { pack } from "tar-stream";
import { tarHeader } from "../../e2e/agent/generated-layer.ts";

const MIB = 1024 * 1024;
const BLOCK = 512;
const FILE_MIB = 25;

/** Images of about 350 MB unpacked: a base of 250 MB that twenty of them share, and 100 MB of their own. */
export interface FleetShape {
  readonly images: number;
  readonly bases: number;
  readonly baseMib: number;
  readonly ownMib: number;
}
export const FLEET: FleetShape = { images: 160, bases: 8, baseMib: 250, ownMib: 100 };

/** A gzip layer that is made anew for each reader from blocks packed once, so that 7 GB need no disk. */
export interface FleetLayer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
  open(): Readable;
}

interface LayerNames {
  readonly digest: string;
  readonly diffId: string;
  readonly size: number;
}

export interface Fleet {
  readonly layers: ReadonlyMap<string, FleetLayer>;
  readonly references: readonly string[];
}

/** Pushes the fleet into the content; digests are computed once and kept in the cache folder. */
export async function buildFleet(content: RegistryContent, shape: FleetShape): Promise<Fleet> {
  const body = textBlock();
  const known = readCache(shape);
  const layers = new Map<string, FleetLayer>();
  const names: Record<string, LayerNames> = {};
  const make = async (id: string, mib: number, head: Readonly<Record<string, string>>): Promise<FleetLayer> => {
    const parts = await partsOf(id, mib, head, body);
    const found = known[id] ?? namesOf(parts);
    names[id] = found;
    const descriptor = { mediaType: MEDIA_TYPES.ociLayerGzip, digest: found.digest, size: found.size };
    const layer = { descriptor, diffId: found.diffId, open: () => Readable.from(parts.map(({ packed }) => packed)) };
    layers.set(descriptor.digest, layer);
    return layer;
  };
  const bases: FleetLayer[] = [];
  for (let at = 0; at < shape.bases; at += 1) bases.push(await make(`base-${at}`, shape.baseMib, baseFiles(at)));
  const references: string[] = [];
  for (let at = 0; at < shape.images; at += 1) {
    const own = await make(`app-${at}`, shape.ownMib, appFiles(at));
    const base = bases[at % bases.length];
    if (!base) continue;
    const built = [base, own].map((layer) => ({ ...layer, bytes: new Uint8Array(), createdBy: "COPY" }));
    content.push(`fleet/app-${at}`, "1", buildImage(built));
    references.push(`fleet/app-${at}:1`);
  }
  writeFileSync(cachePath(shape), JSON.stringify(names));
  return { layers, references };
}

interface Part {
  readonly raw: Buffer;
  readonly packed: Buffer;
}

/** gzip members one after the other are one gzip stream (RFC 1952, 2.2). */
async function partsOf(id: string, mib: number, head: Readonly<Record<string, string>>, body: Part): Promise<Part[]> {
  const parts = [packPart(await headTar(head))];
  for (let file = 0; file * FILE_MIB < mib; file += 1) {
    parts.push(packPart(tarHeader(`usr/share/${id}/${file}.dat`, FILE_MIB * MIB)));
    for (let at = 0; at < FILE_MIB; at += 1) parts.push(body);
  }
  parts.push(packPart(Buffer.alloc(2 * BLOCK)));
  return parts;
}

function packPart(raw: Buffer): Part {
  return { raw, packed: gzipSync(raw, { level: 6 }) };
}

function namesOf(parts: readonly Part[]): LayerNames {
  const [digest, diffId] = [createHash("sha256"), createHash("sha256")];
  let size = 0;
  for (const { raw, packed } of parts) {
    digest.update(packed);
    diffId.update(raw);
    size += packed.byteLength;
  }
  const name = (hash: Hash): string => `sha256:${hash.digest("hex")}`;
  return { digest: name(digest), diffId: name(diffId), size };
}

async function headTar(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, text);
  tar.finalize();
  const bytes = await buffer(tar);
  return bytes.subarray(0, bytes.byteLength - 2 * BLOCK);
}

function baseFiles(at: number): Record<string, string> {
  const paragraphs = Array.from(
    { length: 300 },
    (_, index) =>
      `Package: lib-${at}-${index}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.${index}-1\n`,
  );
  return { "etc/os-release": 'ID=debian\nVERSION_ID="12"\n', "var/lib/dpkg/status": paragraphs.join("\n") };
}

function appFiles(at: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
      `srv/node_modules/module-${index}/package.json`,
      JSON.stringify({ name: `module-${index}`, version: `${at}.${index}.0`, license: "MIT" }),
    ]),
  );
}

/** Words, which pack about as well as an image's files do. */
function textBlock(): Part {
  let seed = 7;
  const words = Array.from({ length: 4_000 }, (_, at) =>
    createHash("sha256")
      .update(`word ${at}`)
      .digest("base64")
      .slice(0, 4 + (at % 9)),
  );
  let text = "";
  while (text.length < MIB) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += `${words[seed % words.length]} `;
  }
  return packPart(Buffer.from(text.slice(0, MIB)));
}

function readCache(shape: FleetShape): Record<string, LayerNames> {
  const path = cachePath(shape);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, LayerNames>) : {};
}

function cachePath({ images, bases, baseMib, ownMib }: FleetShape): string {
  const folder = process.env.TIDEWAITER_BENCH_CACHE ?? join(tmpdir(), "tidewaiter-bench-cache", "agent");
  mkdirSync(folder, { recursive: true });
  return join(folder, `fleet-${images}-${bases}-${baseMib}-${ownMib}.json`);
}
