import type { Descriptor } from "@tidewaiter/oci";
import { createLimiter } from "@tidewaiter/runtime";
import type { PathIndex } from "./detectors/path-index.ts";
import type { ImageSource } from "./image-source.ts";
import type { ExtraWant } from "./layer/fact-collector.ts";
import type { LayerFacts } from "./layer/layer-facts.ts";
import { readLayer } from "./layer/read-layer.ts";
import type { LayerCache } from "./layer-cache.ts";
import type { ScanLimits } from "./limits.ts";
import type { ProgressCounter } from "./scan-progress.ts";

export interface FetchContext {
  readonly source: ImageSource;
  readonly diffIds: readonly string[];
  readonly index: PathIndex;
  readonly limits: ScanLimits;
  readonly counter: ProgressCounter;
  readonly signal: AbortSignal;
  readonly cache?: LayerCache;
  readonly connection: string;
  /** Layers that are read at once. */
  readonly parallel: number;
}

/** Facts of every layer, bottom first: from the cache where it has them, else read. A digest that repeats is read once. */
export async function fetchLayers(context: FetchContext): Promise<LayerFacts[]> {
  const limiter = createLimiter(context.parallel);
  const reading = new Map<string, Promise<LayerFacts>>();
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const work = context.source.manifest.layers.map((descriptor, position) => {
    const known = reading.get(descriptor.digest);
    const facts = known ?? limiter.run(() => layerFacts({ ...context, signal }, descriptor, position), signal);
    reading.set(descriptor.digest, facts);
    if (known) known.then(() => context.counter.finishLayer("layersCached", descriptor.size)).catch(() => {});
    return facts;
  });
  try {
    return await Promise.all(work);
  } catch (error) {
    // One layer lost is the image lost: the others need not go on.
    stop.abort(error);
    await Promise.allSettled(work);
    throw error;
  }
}

/** Reads a layer once more, for files that only links lead to. */
export async function rereadLayer(
  context: FetchContext,
  position: number,
  extras: readonly ExtraWant[],
): Promise<LayerFacts["files"]> {
  const descriptor = context.source.manifest.layers[position];
  if (!descriptor) return [];
  const names = new Set(extras.map(({ as }) => as));
  const index: PathIndex = {
    match: (path) => (names.has(path) ? context.index.match(path) : []),
    exactPaths: [],
    byMagic: [],
  };
  context.counter.stats.layersReread += 1;
  const { files } = await read({ ...context, index }, descriptor, position, extras);
  return files.filter(({ path }) => names.has(path));
}

async function layerFacts(context: FetchContext, descriptor: Descriptor, position: number): Promise<LayerFacts> {
  const cached = await fromCache(context, descriptor);
  if (cached) {
    context.counter.finishLayer("layersCached", descriptor.size);
    return cached;
  }
  const facts = await read(context, descriptor, position);
  context.cache?.put(facts, context.connection);
  context.counter.finishLayer("layersFetched");
  return facts;
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
  { source, diffIds, index, limits, counter, signal }: FetchContext,
  descriptor: Descriptor,
  position: number,
  extras: readonly ExtraWant[] = [],
): Promise<LayerFacts> {
  signal.throwIfAborted();
  const diffId = diffIds[position];
  const onBytes = (count: number): void => counter.addBytes(count);
  const stored = await source.openBlob(descriptor, signal);
  return readLayer(stored, { descriptor, diffId, index, limits, signal, onBytes, extras });
}
