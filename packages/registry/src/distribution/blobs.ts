import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Descriptor } from "@tidewaiter/oci";
import { BrokerError, type Clock, retryDelay, systemClock, toBrokerError } from "@tidewaiter/runtime";
import type { HostGate } from "../http/host-gate.ts";
import { networkError } from "../http/network-error.ts";
import { readBody } from "../http/read-body.ts";
import type { HttpAnswer } from "../http/transport.ts";
import type { RegistryLimits } from "../limits.ts";
import type { ForeignLayers } from "./foreign-layer.ts";
import { paced } from "./paced.ts";
import type { RegistryCall, Session } from "./session.ts";
import { type BlobCheck, createBlobCheck } from "./verify.ts";

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
      const answer = await session.open(await call("HEAD", repository, descriptor, 0, signal));
      await answer.discard();
    },
  };
}

interface ReadContext {
  readonly reopen: (from: number) => Promise<HttpAnswer>;
  readonly limits: RegistryLimits;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Bytes across as many connections as it takes; tries count anew whenever bytes have come. */
async function* readVerified(descriptor: Descriptor, first: HttpAnswer, context: ReadContext): AsyncGenerator<Buffer> {
  const check = createBlobCheck(descriptor);
  let answer: HttpAnswer | undefined = first;
  for (let failures = 0; ; ) {
    const before = check.receivedBytes;
    try {
      answer ??= await context.reopen(check.receivedBytes);
      yield* readOnce(answer, descriptor, check, context);
      if (check.receivedBytes < descriptor.size) throw brokenOff(answer, check, descriptor);
      check.finish();
      return;
    } catch (error) {
      answer?.body.destroy();
      answer = undefined;
      failures = check.receivedBytes > before ? 1 : failures + 1;
      await pauseBeforeResume(error, failures, context);
    }
  }
}

async function pauseBeforeResume(
  thrown: unknown,
  failures: number,
  { limits, clock, signal }: ReadContext,
): Promise<void> {
  const error = toBrokerError(thrown);
  const isLost = error.code === "REGISTRY_UNREACHABLE" || error.code === "TIMEOUT" || error.isRetryable;
  const isTooLong = (error.retryAfterMs ?? 0) > (limits.retry.maxRetryAfterMs ?? 0);
  if (
    signal?.aborted ||
    !isLost ||
    isTooLong ||
    error.code === "DIGEST_MISMATCH" ||
    failures >= limits.retry.attempts
  ) {
    throw thrown;
  }
  await clock.sleep(Math.max(error.retryAfterMs ?? 0, retryDelay(failures, limits.retry)), signal);
}

/** One connection's bytes, from where the check stands. */
async function* readOnce(
  answer: HttpAnswer,
  descriptor: Descriptor,
  check: BlobCheck,
  { limits, clock }: ReadContext,
): AsyncGenerator<Buffer> {
  let skip = check.receivedBytes - startOf(answer, check.receivedBytes);
  const source = isCompressedOnTheWay(answer, descriptor) ? answer.body.pipe(createGunzip()) : answer.body;
  if (source !== answer.body) answer.body.once("error", (error) => source.destroy(error));
  try {
    for await (const chunk of paced(source, limits, answer.url.host, clock)) {
      const rest: Buffer = skip > 0 ? chunk.subarray(Math.min(skip, chunk.length)) : chunk;
      skip -= chunk.length - rest.length;
      if (rest.length === 0) continue;
      check.update(rest);
      yield rest;
    }
  } catch (error) {
    throw networkError(error, answer.url);
  }
}

/** Where an answer's bytes begin: 206 says so, 200 is the whole blob again. */
function startOf(answer: HttpAnswer, wanted: number): number {
  if (answer.status !== 206) return 0;
  const start = Number(/^bytes (\d+)-/.exec(answer.header("content-range") ?? "")?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(start) && start <= wanted) return start;
  throw new BrokerError("REGISTRY_PROTOCOL", `${answer.url.host} answered with another range than the one asked for`);
}

/** A stored blob is never unpacked here. Only a front end that compresses by itself sends gzip with another length than the blob's. */
function isCompressedOnTheWay(answer: HttpAnswer, { size }: Descriptor): boolean {
  if (answer.header("content-encoding")?.toLowerCase() !== "gzip") return false;
  return answer.status === 200 && Number(answer.header("content-length") ?? -1) !== size;
}

function brokenOff(answer: HttpAnswer, check: BlobCheck, { digest, size }: Descriptor): BrokerError {
  return new BrokerError(
    "REGISTRY_UNREACHABLE",
    `${answer.url.host} ended ${digest} after ${check.receivedBytes} of ${size} bytes`,
  );
}
