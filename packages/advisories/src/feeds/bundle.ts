import { type KeyObject, sign, verify } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { BrokerError } from "@tidewaiter/runtime";
import tar from "tar-stream";
import { z } from "zod";
import type { StoreChanges } from "../store/changes.ts";
import { openSnapshot } from "../store/snapshot.ts";
import { unpackArchive } from "./archive.ts";
import { hashFile, limitBytes } from "./file-hash.ts";
import { installInWorker } from "./store-tasks.ts";

const FORMAT = "tidewaiter-advisories/1";
const NAMES = { manifest: "manifest.json", signature: "manifest.sig", database: "advisories.db.zst" } as const;
const MAX_DATABASE_BYTES = 16 * 1024 * 1024 * 1024;
const MAX_MANIFEST_BYTES = 64 * 1024;

const manifestSchema = z.object({
  format: z.literal(FORMAT),
  /** When the data was built. */
  built: z.string(),
  records: z.number().int().min(0),
  files: z
    .array(
      z.object({
        name: z.literal(NAMES.database),
        size: z.number().int().min(1),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .length(1),
});
type Manifest = z.output<typeof manifestSchema>;

export interface BundleReport {
  readonly built: string;
  readonly records: number;
  /** `verified` by the configured key, `unverified` when there is a signature and no key, else `unsigned`. */
  readonly signature: "verified" | "unverified" | "unsigned";
  readonly changes?: StoreChanges;
}

export interface ExportOptions {
  /** Ed25519. */
  readonly signingKey?: KeyObject;
  readonly signal?: AbortSignal;
}

/**
 * Writes the database as one file that can be carried to where there is no network: a tar of a manifest with checksums,
 * its signature when there is a key, and the packed database.
 *
 * @throws {BrokerError} ADVISORIES_MISSING when there is no database.
 */
export async function exportBundle(
  databasePath: string,
  target: string,
  options: ExportOptions = {},
): Promise<BundleReport> {
  const snapshot = openSnapshot(databasePath);
  const folder = await mkdtemp(join(dirname(target), ".bundle-"));
  try {
    const packed = join(folder, NAMES.database);
    await pipeline(createReadStream(databasePath), createZstdCompress(), createWriteStream(packed), {
      signal: options.signal,
    });
    const manifest: Manifest = {
      format: FORMAT,
      built: snapshot.meta.get("built") ?? "",
      records: Number(snapshot.meta.get("records") ?? 0),
      files: [
        { name: NAMES.database, size: (await stat(packed)).size, sha256: await hashFile(packed, options.signal) },
      ],
    };
    const draft = join(folder, "bundle.tar");
    await writeTar(draft, manifest, packed, options);
    await rename(draft, target);
    return {
      built: manifest.built,
      records: manifest.records,
      signature: options.signingKey ? "verified" : "unsigned",
    };
  } finally {
    snapshot.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeTar(
  target: string,
  manifest: Manifest,
  packed: string,
  { signingKey, signal }: ExportOptions,
): Promise<void> {
  const pack = tar.pack();
  const writing = pipeline(pack, createWriteStream(target), { signal });
  const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
  pack.entry({ name: NAMES.manifest }, bytes);
  if (signingKey) pack.entry({ name: NAMES.signature }, sign(null, bytes, signingKey).toString("base64"));
  const [file] = manifest.files;
  const entry = pack.entry({ name: NAMES.database, size: file?.size ?? 0 });
  await Promise.all([pipeline(createReadStream(packed), entry, { signal }).then(() => pack.finalize()), writing]);
}

export interface ImportOptions {
  /** Ed25519; with it, only bundles that its owner signed are taken. */
  readonly publicKey?: KeyObject;
  readonly isForced?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Puts the database of a bundle in place of the present one, after signature, checksum and every page were checked.
 *
 * @throws {BrokerError} ADVISORIES_INVALID, with the present database untouched.
 */
export async function importBundle(
  bundle: string,
  databasePath: string,
  options: ImportOptions = {},
): Promise<BundleReport> {
  const folder = `${databasePath}.bundle-${process.pid}`;
  try {
    await unpackArchive(bundle, folder, options.signal);
    const { manifest, signature } = await verifyBundle(folder, options);
    const database = join(folder, "advisories.db");
    const packed = createReadStream(join(folder, NAMES.database));
    await pipeline(packed, createZstdDecompress(), limitBytes(MAX_DATABASE_BYTES), createWriteStream(database), {
      signal: options.signal,
    });
    const { isForced = false, signal = new AbortController().signal } = options;
    const changes = await installInWorker(databasePath, database, isForced, signal);
    return { built: manifest.built, records: manifest.records, signature, changes };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof BrokerError) throw error;
    throw new BrokerError("ADVISORIES_INVALID", "the bundle is damaged", { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** True when a tar is a bundle of ours and not a set of records: the manifest comes first. */
export async function isBundle(path: string): Promise<boolean> {
  const file = createReadStream(path);
  const unpacked = file.pipe(tar.extract());
  file.once("error", (error) => unpacked.destroy(error));
  try {
    for await (const entry of unpacked) return entry.header.name === NAMES.manifest;
    return false;
  } catch {
    return false;
  } finally {
    file.destroy();
    unpacked.destroy();
  }
}

async function verifyBundle(folder: string, { publicKey, signal }: ImportOptions) {
  const path = join(folder, NAMES.manifest);
  if ((await sizeOf(path)) > MAX_MANIFEST_BYTES)
    throw new BrokerError("ADVISORIES_INVALID", "the bundle's manifest is too large");
  const bytes = await readFile(path);
  const signature = verifySignature(bytes, await readSignature(folder), publicKey);
  const parsed = manifestSchema.safeParse(JSON.parse(bytes.toString("utf8")));
  if (!parsed.success) throw new BrokerError("ADVISORIES_INVALID", "the bundle's manifest is of another format");
  const [file] = parsed.data.files;
  const packed = join(folder, NAMES.database);
  if ((await sizeOf(packed)) !== file?.size || (await hashFile(packed, signal)) !== file.sha256) {
    throw new BrokerError("ADVISORIES_INVALID", "the bundle's database differs from its checksum");
  }
  return { manifest: parsed.data, signature };
}

function verifySignature(
  manifest: Buffer,
  signature: Buffer | undefined,
  key: KeyObject | undefined,
): BundleReport["signature"] {
  if (!key) return signature ? "unverified" : "unsigned";
  if (!signature) throw new BrokerError("ADVISORIES_INVALID", "the bundle is not signed, and a key is configured");
  if (verify(null, manifest, key, signature)) return "verified";
  throw new BrokerError("ADVISORIES_INVALID", "the bundle was not signed with the configured key");
}

async function readSignature(folder: string): Promise<Buffer | undefined> {
  const path = join(folder, NAMES.signature);
  if ((await sizeOf(path)) === 0) return undefined;
  return Buffer.from(await readFile(path, "utf8"), "base64");
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
