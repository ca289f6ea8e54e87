import { createHash, type Hash } from "node:crypto";
import { BrokerError } from "@tidewaiter/runtime";

const LENGTHS = { sha256: 64, sha512: 128 } as const;
export type DigestAlgorithm = keyof typeof LENGTHS;

/** `algorithm:hex`, checked. */
export interface Digest {
  readonly algorithm: DigestAlgorithm;
  readonly hex: string;
}

/** True for `sha256:` or `sha512:` with the right number of lower-case hex digits. */
export function isDigest(text: string): boolean {
  const [algorithm = "", hex = "", ...rest] = text.split(":");
  return rest.length === 0 && Object.hasOwn(LENGTHS, algorithm) && isHex(hex, LENGTHS[algorithm as DigestAlgorithm]);
}

/** @throws {BrokerError} REFERENCE_INVALID when the text is no digest that we can verify. */
export function parseDigest(text: string): Digest {
  if (!isDigest(text)) throw new BrokerError("REFERENCE_INVALID", "not a sha256 or sha512 digest");
  const [algorithm, hex] = text.split(":") as [DigestAlgorithm, string];
  return { algorithm, hex };
}

/** A running hash of the digest's algorithm. */
export function createDigestHash(digest: string): Hash {
  return createHash(parseDigest(digest).algorithm);
}

/** sha256 digest of bytes. */
export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function isHex(text: string, length: number): boolean {
  return text.length === length && /^[0-9a-f]+$/.test(text);
}
