import { type KeyObject, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import { sizeOf } from "./download-mark.ts";
import { hashFile } from "./file-hash.ts";

export const FORMAT = "tidewaiter-advisories/1";
export const NAMES = { manifest: "manifest.json", signature: "manifest.sig", database: "advisories.db.zst" } as const;
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
export type Manifest = z.output<typeof manifestSchema>;

/** `verified` by the configured key, `unverified` when there is a signature and no key, else `unsigned`. */
export type SignatureState = "verified" | "unverified" | "unsigned";

/** Checks signature and checksums of an unpacked bundle. @throws {BrokerError} ADVISORIES_INVALID */
export async function verifyBundle(
  folder: string,
  { publicKey, signal }: { readonly publicKey?: KeyObject; readonly signal?: AbortSignal },
) {
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

function verifySignature(manifest: Buffer, signature: Buffer | undefined, key: KeyObject | undefined): SignatureState {
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
