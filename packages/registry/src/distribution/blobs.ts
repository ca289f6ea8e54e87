import { Readable } from "node:stream";
import type { Descriptor } from "@tidewaiter/oci";
import { BrokerError, type Clock, systemClock } from "@tidewaiter/runtime";
import type { HostGate } from "../http/host-gate.ts";
import { readBody } from "../http/read-body.ts";
import type { HttpAnswer } from "../http/transport.ts";
import type { RegistryLimits } from "../limits.ts";
import type { ForeignLayers } from "./foreign-layer.ts";
import { readVerified } from "./read-verified.ts";
import type { RegistryCall, Session } from "./session.ts";
import { createBlobCheck } from "./verify.ts";

export interface Blobs {
  /**
   * The stored bytes. The stream ends only after length and digest were found right; broken connections are resumed where
   * they broke. It holds one of the host's blob slots until it is read to its end or destroyed.
   *
   * @throws {BrokerError} BLOB_UNKNOWN and the codes of authority and network; from the stream also DIGEST_MISMATCH.
   */
  open(repository: string, descriptor: Descriptor, signal?: AbortSignal): Promise<Readable>;
  /** A small blob, verified. @throws {BrokerError} LIMIT_EXCEEDED */
  read(repository: string, descriptor: Descriptor, maxBytes: number, signal?: AbortSignal): Promise<Buffer>;
  /** One HEAD. @throws {BrokerError} when these credentials may not read the blob. */
  authorize(repository: string, descriptor: Descriptor, signal?: AbortSignal): Promise<void>;
}

export interface BlobsContext {
  readonly session: Session;
  readonly rootOf: (signal?: AbortSignal) => Promise<URL>;
  readonly gate: HostGate;
  readonly foreign: ForeignLayers;
  readonly limits: RegistryLimits;
  readonly clock?: Clock;
}

export function createBlobs({ session, rootOf, gate, foreign, limits, clock = systemClock }: BlobsContext): Blobs {
  const call = async (
    method: "GET" | "HEAD",
    repository: string,
    { digest }: Descriptor,
    from: number,
    signal?: AbortSignal,
  ): Promise<RegistryCall> => ({
    method,
    url: new URL(`${repository}/blobs/${digest}`, await rootOf(signal)),
    target: `repository/${repository}`,
    asked: { kind: "blob", name: `${repository}@${digest}` },
    ...(from > 0 && { headers: { range: `bytes=${from}-` } }),
    signal,
  });

  /** From the registry first, then from where the manifest says that foreign layers are. */
  const openAt = async (
    repository: string,
    descriptor: Descriptor,
    from: number,
    signal?: AbortSignal,
    isRetried = false,
  ) => {
    const request = await call("GET", repository, descriptor, from, signal);
    try {
      return await (isRetried ? session.open(request) : session.openOnce(request));
    } catch (error) {
      const isMissing = error instanceof BrokerError && error.code === "BLOB_UNKNOWN";
      if (!isMissing || !descriptor.urls?.length) throw error;
      return foreign.open(descriptor, from, signal);
    }
  };

  return {
    async open(repository, descriptor, signal) {
      const release = await gate.blobSlot((await rootOf(signal)).host, signal);
      try {
        const answer = await openAt(repository, descriptor, 0, signal, true);
        const reopen = (from: number): Promise<HttpAnswer> => openAt(repository, descriptor, from, signal);
        const chunks = readVerified(descriptor, answer, { reopen, limits, clock, signal });
        const stream = Readable.from(chunks, { objectMode: false, highWaterMark: 256 * 1024, signal });
        return stream.once("close", () => {
          release();
          answer.body.destroy();
        });
      } catch (error) {
        release();
        throw error;
      }
    },

    async read(repository, descriptor, maxBytes, signal) {
      if (descriptor.size > maxBytes) {
        throw new BrokerError("LIMIT_EXCEEDED", `${descriptor.digest} is larger than ${maxBytes} bytes`);
      }
      const answer = await session.open(await call("GET", repository, descriptor, 0, signal));
      const bytes = await readBody(answer, maxBytes, descriptor.digest);
      const check = createBlobCheck(descriptor);
      check.update(bytes);
      check.finish();
      return bytes;
    },

    async authorize(repository, descriptor, signal) {
      // An address signed for GET refuses HEAD, so the storage is not asked.
      const head = await call("HEAD", repository, descriptor, 0, signal);
      const answer = await session.open({ ...head, stopsAtRedirect: true });
      await answer.discard();
    },
  };
}
