import { addAbortSignal } from "node:stream";
import type { Descriptor } from "@tidewaiter/oci";
import { createLimiter, type Logger } from "@tidewaiter/runtime";
import type { ImageSource } from "./image-source.ts";
import type { ExtraWant } from "./layer/fact-collector.ts";
import type { LayerFacts } from "./layer/layer-facts.ts";
import { type LayerTask, readTask } from "./layer/layer-task.ts";
import { checkDiffId } from "./layer/read-layer.ts";
import type { LayerCache } from "./layer-cache.ts";
import type { ScanLimits } from "./limits.ts";
import type { ProgressCounter } from "./scan-progress.ts";
import type { LayerPool } from "./workers/layer-pool.ts";

export interface FetchContext {
  readonly source: ImageSource;
  readonly diffIds: readonly string[];
  readonly limits: ScanLimits;
  readonly counter: ProgressCounter;
  readonly signal: AbortSignal;
  readonly cache?: LayerCache;
  readonly connection: string;
  readonly log: Logger;
  /** Threads to read in; without them layers are read in this one. */
  readonly pool?: LayerPool;
  /** Layers that are read at once. */
  readonly parallel: number;
}

/** Facts of every layer, bottom first: from the cache where it has them, else read. A digest that repeats is read once. */
export async function fetchLayers(context: FetchContext): Promise<LayerFacts[]> {
  const limiter = createLimiter(context.parallel);
  const reading = new Map<string, Promise<LayerFacts>>();
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const { layers } = context.source.manifest;
  for (const { descriptor, position } of inOrder(context.source)) {
    const known = reading.get(descriptor.digest);
    const facts = known ?? limiter.run(() => layerFacts({ ...context, signal }, descriptor, position), signal);
    reading.set(descriptor.digest, facts);
    if (known) known.then(() => context.counter.finishLayer("layersCached", descriptor.size)).catch(() => {});
  }
  try {
    await Promise.all(reading.values());
    return await Promise.all(layers.flatMap(({ digest }) => reading.get(digest) ?? []));
  } catch (error) {
    // One layer lost is the image lost: the others need not go on.
    stop.abort(error);
    await Promise.allSettled(reading.values());
    context.signal.throwIfAborted();
    throw error;
  }
}

/** The largest first, so that none of them is left to run alone at the end; one stream comes as it comes. */
function inOrder({ manifest: { layers }, isSequential }: ImageSource): { descriptor: Descriptor; position: number }[] {
  const numbered = layers.map((descriptor, position) => ({ descriptor, position }));
  return isSequential ? numbered : numbered.sort((left, right) => right.descriptor.size - left.descriptor.size);
}

/** Reads a layer once more, for files that only links lead to. */
export async function rereadLayer(
  context: FetchContext,
  position: number,
  extras: readonly ExtraWant[],
): Promise<LayerFacts["files"]> {
  const descriptor = context.source.manifest.layers[position];
  if (!descriptor) return [];
  context.counter.stats.layersReread += 1;
  return (await read(context, descriptor, position, extras)).files;
}

async function layerFacts(context: FetchContext, descriptor: Descriptor, position: number): Promise<LayerFacts> {
  const cached = await fromCache(context, descriptor);
  if (cached) {
    checkDiffId(descriptor.digest, context.diffIds[position], cached.diffId);
    context.counter.finishLayer("layersCached", descriptor.size);
    return cached;
  }
  const facts = await read(context, descriptor, position);
  keep(context, facts);
  context.counter.finishLayer("layersFetched");
  return facts;
}

/** A cache that cannot be written makes the next scan slower, and this one no worse. */
function keep({ cache, connection, log }: FetchContext, facts: LayerFacts): void {
  try {
    cache?.put(facts, connection);
  } catch (error) {
    log.warn("layer facts not kept", { digest: facts.digest, error });
  }
}

/** What another connection has read is given out only after the registry let this one see the blob (design, image analyser 2). */
async function fromCache(context: FetchContext, descriptor: Descriptor): Promise<LayerFacts | undefined> {
  const { cache, connection, source, signal } = context;
  const hit = cache?.get(descriptor.digest, connection);
  if (!hit) return undefined;
  if (hit.isOwn) return hit.facts;
  if (!source.authorizeBlob) return undefined;
  await source.authorizeBlob(descriptor, signal);
  cache?.grant(descriptor.digest, connection);
  return hit.facts;
}

async function read(
  { source, diffIds, limits, counter, signal, pool }: FetchContext,
  descriptor: Descriptor,
  position: number,
  extras?: readonly ExtraWant[],
): Promise<LayerFacts> {
  signal.throwIfAborted();
  const task: LayerTask = { descriptor, diffId: diffIds[position], limits, extras, isVerified: source.verifiesBlobs };
  const onBytes = (count: number): void => counter.addBytes(count);
  if (pool && source.placeOf) return pool.read(await source.placeOf(descriptor), task, { signal, onBytes });
  // A source may be deaf to the signal while it waits; the stream itself is not.
  const stored = addAbortSignal(signal, await source.openBlob(descriptor, signal));
  return pool ? pool.read(stored, task, { signal, onBytes }) : readTask(counted(stored, onBytes), task, { signal });
}

async function* counted(stored: AsyncIterable<Buffer>, onBytes: (count: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stored) {
    onBytes(chunk.length);
    yield chunk;
  }
}
