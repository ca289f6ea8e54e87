import { createHash } from "node:crypto";
import { createDigestHash, type Descriptor } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { decompress } from "./decompress.ts";
import { type CollectorOptions, FactCollector } from "./fact-collector.ts";
import type { LayerFacts } from "./layer-facts.ts";
import { TarWalk } from "./tar-walk.ts";

export interface ReadLayerOptions extends CollectorOptions {
  readonly descriptor: Descriptor;
  /** Digest of the unpacked tar as the config says; not checked when left out. */
  readonly diffId?: string;
  readonly signal?: AbortSignal;
  /** The source fails by itself at the end of other bytes than the descriptor's; they are not digested once more. */
  readonly isVerified?: boolean;
  /** True in a thread that has nothing else to do. */
  readonly mayBlock?: boolean;
}

/** Small layers may have any ratio: an empty disk image of a few MB packs to nothing. */
const RATIO_FROM_BYTES = 64 * 1024 * 1024;

/**
 * Reads one layer in one pass: digest, decompression, diffID, tar walk, detectors. Nothing of it is stored.
 *
 * @throws {BrokerError} DIGEST_MISMATCH, LAYER_CORRUPT, LIMIT_EXCEEDED, or what the source fails with.
 */
export async function readLayer(stored: AsyncIterable<Buffer>, options: ReadLayerOptions): Promise<LayerFacts> {
  const { descriptor, diffId, limits, isVerified } = options;
  const collector = new FactCollector(options);
  const walk = new TarWalk((entry) => collector.visit(entry), limits.layerEntries);
  const tarHash = createHash("sha256");
  let rawBytes = 0;
  for await (const chunk of decompress(isVerified ? stored : verified(stored, options), options)) {
    rawBytes += chunk.length;
    checkSize(rawBytes, descriptor, limits);
    tarHash.update(chunk);
    walk.push(chunk);
  }
  walk.end();
  const found = `sha256:${tarHash.digest("hex")}`;
  checkDiffId(descriptor.digest, diffId, found);
  return collector.build({ digest: descriptor.digest, diffId: found, rawBytes, entries: walk.entries });
}

/** @throws {BrokerError} DIGEST_MISMATCH when the config names another unpacked layer. */
export function checkDiffId(digest: string, expected: string | undefined, found: string): void {
  if (!expected || expected === found) return;
  throw new BrokerError("DIGEST_MISMATCH", `layer ${digest} unpacks to ${found}, not to ${expected}`, {
    likely: "the image's config belongs to other layers",
    action: "push the image again",
  });
}

/** Passes bytes on and fails at the end when they are not those that the descriptor names. */
async function* verified(stored: AsyncIterable<Buffer>, options: ReadLayerOptions): AsyncGenerator<Buffer> {
  const { digest, size } = options.descriptor;
  const hash = createDigestHash(digest);
  let length = 0;
  for await (const chunk of stored) {
    options.signal?.throwIfAborted();
    length += chunk.length;
    if (length > size) throw new BrokerError("DIGEST_MISMATCH", `layer ${digest} is longer than its ${size} bytes`);
    hash.update(chunk);
    yield chunk;
  }
  if (length !== size) throw new BrokerError("DIGEST_MISMATCH", `layer ${digest} has ${length} bytes, not ${size}`);
  if (`${digest.split(":")[0]}:${hash.digest("hex")}` !== digest) {
    throw new BrokerError("DIGEST_MISMATCH", `the bytes of layer ${digest} have another digest`);
  }
}

function checkSize(rawBytes: number, { digest, size }: Descriptor, limits: CollectorOptions["limits"]): void {
  if (rawBytes > limits.layerBytes) {
    throw new BrokerError(
      "LIMIT_EXCEEDED",
      `layer ${digest} unpacks to more than ${limits.layerBytes} bytes (TIDEWAITER_SCAN_LAYER_MAX_MB)`,
    );
  }
  if (rawBytes > RATIO_FROM_BYTES && rawBytes > size * limits.ratio) {
    throw new BrokerError(
      "LIMIT_EXCEEDED",
      `layer ${digest} unpacks to over ${limits.ratio} times its size (TIDEWAITER_SCAN_MAX_RATIO)`,
    );
  }
}
