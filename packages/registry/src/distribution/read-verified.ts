import { createGunzip } from "node:zlib";
import type { Descriptor } from "@tidewaiter/oci";
import { BrokerError, type Clock, retryDelay, toBrokerError } from "@tidewaiter/runtime";
import { networkError } from "../http/network-error.ts";
import type { HttpAnswer } from "../http/transport.ts";
import type { RegistryLimits } from "../limits.ts";
import { paced } from "./paced.ts";
import { type BlobCheck, createBlobCheck } from "./verify.ts";

export interface ReadContext {
  /** The blob from a byte on, over a new connection. */
  readonly reopen: (from: number) => Promise<HttpAnswer>;
  readonly limits: RegistryLimits;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Bytes across as many connections as it takes; tries count anew whenever bytes have come. */
export async function* readVerified(
  descriptor: Descriptor,
  first: HttpAnswer,
  context: ReadContext,
): AsyncGenerator<Buffer> {
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
