import { createDigestHash, type Descriptor } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";

/** Counts and hashes the bytes of a blob as they pass. */
export interface BlobCheck {
  readonly receivedBytes: number;
  /** @throws {BrokerError} DIGEST_MISMATCH as soon as there are more bytes than the descriptor says. */
  update(chunk: Uint8Array): void;
  /** @throws {BrokerError} DIGEST_MISMATCH when bytes are missing or other than those asked for. */
  finish(): void;
}

export function createBlobCheck({ digest, size }: Descriptor): BlobCheck {
  const hash = createDigestHash(digest);
  let received = 0;
  const mismatch = (reason: string): BrokerError => new BrokerError("DIGEST_MISMATCH", `${digest} ${reason}`);
  return {
    get receivedBytes() {
      return received;
    },
    update(chunk) {
      received += chunk.length;
      if (received > size) throw mismatch(`has more than the ${size} bytes that its descriptor says`);
      hash.update(chunk);
    },
    finish() {
      if (received !== size) throw mismatch(`has ${received} bytes, its descriptor says ${size}`);
      const actual = `${digest.slice(0, digest.indexOf(":"))}:${hash.digest("hex")}`;
      if (actual !== digest) throw mismatch(`was asked for, the bytes are ${actual}`);
    },
  };
}
