import { type KeyObject, sign } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { BrokerError } from "@tidewaiter/runtime";
import tar from "tar-stream";
import type { StoreChanges } from "../store/changes.ts";
import { openSnapshot } from "../store/snapshot.ts";
import { unpackArchive } from "./archive.ts";
import { FORMAT, type Manifest, NAMES, type SignatureState, verifyBundle } from "./bundle-manifest.ts";
import { hashFile, limitBytes } from "./file-hash.ts";
import { installInWorker } from "./store-tasks.ts";

const MAX_DATABASE_BYTES = 16 * 1024 * 1024 * 1024;

export interface BundleReport {
  readonly built: string;
  readonly records: number;
  readonly signature: SignatureState;
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
