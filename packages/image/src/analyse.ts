import { availableParallelism } from "node:os";
import type { Inventory, InventoryProblem, Layer } from "@tidewaiter/inventory";
import { type Descriptor, isImage } from "@tidewaiter/oci";
import { BrokerError, type Logger, silentLogger, toBrokerError } from "@tidewaiter/runtime";
import { ANALYSER_VERSION } from "./analyser-version.ts";
import { toAttached } from "./attached.ts";
import { type FetchContext, fetchLayers, rereadLayer } from "./fetch-layers.ts";
import { type ImageConfig, readImageConfig } from "./image-config.ts";
import type { ImageSource } from "./image-source.ts";
import { FILE_DIGEST } from "./layer/file-digests.ts";
import type { LayerFacts } from "./layer/layer-facts.ts";
import { INDEX } from "./layer/layer-task.ts";
import type { LayerCache } from "./layer-cache.ts";
import { DEFAULT_LIMITS, type ScanLimits } from "./limits.ts";
import { draftsOf, type ImageDraft } from "./overlay/draft.ts";
import { type MergedImage, mergeLayers } from "./overlay/merged-image.ts";
import { toPackages } from "./overlay/packages.ts";
import { RESOLVERS } from "./resolvers/index.ts";
import { resolveOperatingSystem } from "./resolvers/operating-system.ts";
import { type AnalysisProgress, type AnalysisStats, ProgressCounter } from "./scan-progress.ts";
import type { LayerPool } from "./workers/layer-pool.ts";

export interface AnalyseOptions {
  readonly signal?: AbortSignal;
  readonly log?: Logger;
  readonly cache?: LayerCache;
  /** Threads to read layers in. One costs 0.1 s and 40 MB to start, so small layers share one. */
  readonly pool?: LayerPool;
  /** Whose credentials read the image; keeps one connection's cached layers from another that may not pull them. */
  readonly connection?: string;
  readonly limits?: Partial<ScanLimits>;
  readonly onProgress?: (progress: AnalysisProgress) => void;
  /** Told once, at the end of a scan that succeeded. */
  readonly onStats?: (stats: AnalysisStats) => void;
}

const MAX_PROBLEMS = 10_000;
/** Buffers, inflater windows and facts of one layer in work. */
const LAYER_MEMORY_BYTES = 64 * 1024 * 1024;
/** Stored bytes that take as long to read as a thread takes to start. */
const THREAD_WORTH_BYTES = 8 * 1024 * 1024;

/**
 * Takes the inventory of one image: every layer is streamed once or comes from the cache, nothing of it is stored.
 * Damaged files are problems in the inventory; a damaged layer fails the scan.
 *
 * @throws {BrokerError} IMAGE_UNSUPPORTED, DIGEST_MISMATCH, LAYER_CORRUPT, LIMIT_EXCEEDED, SCAN_TIMEOUT; what the source
 *   fails with; the signal's reason.
 */
export async function analyseImage(source: ImageSource, options: AnalyseOptions = {}): Promise<Inventory> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  checkManifest(source, limits);
  const config = readImageConfig(source);
  const context = createContext(source, config, limits, options);
  const attached = listAttached(source, context.signal);
  const layers = await fetchLayers(context);
  options.pool?.release();
  checkTotal(layers, limits);
  const image = await mergeWithLinks(layers, context);
  const { log = silentLogger } = options;
  log.debug("image analysed", { digest: source.digest, layers: layers.length, ...context.counter.stats });
  options.onStats?.({ ...context.counter.stats });
  return withAttached(toInventory(source, config, layers, image), await attached);
}

type AttachedAnswer = { readonly attached?: Inventory["image"]["attached"]; readonly problem?: InventoryProblem };

/** Never fails: an image can be scanned where its attachments cannot be listed, and the report says so. */
async function listAttached(source: ImageSource, signal: AbortSignal): Promise<AttachedAnswer> {
  const { index, digest } = source;
  try {
    const attached = toAttached((await source.listReferrers?.(signal)) ?? [], index, digest);
    // An index alone tells of some attachments, but not that there are none.
    return source.listReferrers || attached.length > 0 ? { attached } : {};
  } catch (error) {
    const reason = `signatures and attestations could not be listed (${toBrokerError(error).code})`;
    return { problem: { code: "ATTACHMENTS_UNKNOWN", reason } };
  }
}

function withAttached(inventory: Inventory, { attached, problem }: AttachedAnswer): Inventory {
  const problems = problem ? [problem, ...inventory.problems].slice(0, MAX_PROBLEMS) : inventory.problems;
  return { ...inventory, image: { ...inventory.image, ...(attached && { attached }) }, problems };
}

/** As many as there are cores, and as the memory budget has room for. */
export function threadCount({ memoryBytes }: Pick<ScanLimits, "memoryBytes">): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(memoryBytes / LAYER_MEMORY_BYTES)));
}

function createContext(
  source: ImageSource,
  { diffIds }: ImageConfig,
  limits: ScanLimits,
  { signal, cache, connection = "", onProgress, pool, log = silentLogger }: AnalyseOptions,
): FetchContext {
  const { layers } = source.manifest;
  const bytes = layers.reduce((sum, { size }) => sum + size, 0);
  const timeout = timeLimit(limits.timeMs);
  return {
    source,
    diffIds,
    pool,
    limits,
    cache: source.isSequential ? undefined : cache,
    connection,
    log,
    counter: new ProgressCounter({ layers: layers.length, bytes }, onProgress),
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    parallel: source.isSequential ? layers.length : pool ? worthThreads(layers, pool.size) : threadCount(limits),
  };
}

/** A second thread is started for what is more than its start costs. */
function worthThreads(layers: readonly Descriptor[], most: number): number {
  const sizes = layers.map(({ size }) => size);
  const besideLargest = sizes.reduce((sum, size) => sum + size, 0) - Math.max(0, ...sizes);
  return Math.min(most, 1 + Math.floor(besideLargest / THREAD_WORTH_BYTES));
}

/** Fires after the wall time of one scan, and keeps no process alive. */
function timeLimit(timeMs: number): AbortSignal {
  const controller = new AbortController();
  const message = `the scan took longer than ${timeMs} ms (TIDEWAITER_SCAN_TIMEOUT_MS)`;
  setTimeout(() => controller.abort(new BrokerError("SCAN_TIMEOUT", message)), timeMs).unref();
  return controller.signal;
}

function checkManifest({ manifest, digest }: ImageSource, limits: ScanLimits): void {
  if (!isImage(manifest)) {
    const kind = manifest.artifactType ?? manifest.config.mediaType;
    throw new BrokerError("IMAGE_UNSUPPORTED", `${digest} is no container image (${kind || "no media type"})`);
  }
  if (manifest.layers.length > limits.layers) {
    throw new BrokerError(
      "LIMIT_EXCEEDED",
      `an image with more than ${limits.layers} layers (TIDEWAITER_SCAN_MAX_LAYERS)`,
    );
  }
}

function checkTotal(layers: readonly LayerFacts[], limits: ScanLimits): void {
  const total = layers.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
  if (total > limits.imageBytes) {
    throw new BrokerError(
      "LIMIT_EXCEEDED",
      `an image of more than ${limits.imageBytes} unpacked bytes (TIDEWAITER_SCAN_IMAGE_MAX_MB)`,
    );
  }
}

/** Merges, reads the files that only links lead to, and merges again with them. */
async function mergeWithLinks(layers: readonly LayerFacts[], context: FetchContext): Promise<MergedImage> {
  const image = mergeLayers(layers, INDEX);
  if (image.missing.length === 0) return image;
  const byLayer = Map.groupBy(image.missing, ({ layer }) => layer);
  const extras = [];
  for (const [layer, wants] of byLayer) {
    const files = await rereadLayer(context, layer, wants);
    extras.push(...files.map((fact) => ({ ...fact, layer })));
  }
  return mergeLayers(layers, INDEX, extras);
}

function toInventory(
  source: ImageSource,
  config: ImageConfig,
  layers: readonly LayerFacts[],
  image: MergedImage,
): Inventory {
  const operatingSystem = resolveOperatingSystem(image.facts);
  const digests = layers.map(({ digest }) => digest);
  const initial: ImageDraft = {
    image,
    operatingSystem,
    packages: draftsOf(image.facts, digests),
    problems: problemsOf(layers, image),
  };
  const draft = RESOLVERS.reduce((before, resolve) => resolve(before), initial);
  return {
    schema: 1,
    analyser: ANALYSER_VERSION,
    image: config.facts,
    ...(draft.operatingSystem && { operatingSystem: draft.operatingSystem }),
    layers: source.manifest.layers.map((descriptor, position) =>
      toLayer(descriptor, layers[position], config, position),
    ),
    packages: toPackages(draft.packages, draft.operatingSystem),
    ...fileDigestsOf(draft.image),
    problems: draft.problems.slice(0, MAX_PROBLEMS),
  };
}

function toLayer(
  { digest, mediaType, size }: ImageSource["manifest"]["layers"][number],
  facts: LayerFacts | undefined,
  { createdBy }: ImageConfig,
  position: number,
): Layer {
  const line = createdBy[position];
  return {
    digest,
    ...(facts && { diffId: facts.diffId }),
    mediaType: mediaType.slice(0, 256),
    sizeBytes: size,
    ...(line && { createdBy: line }),
  };
}

const MAX_FILE_DIGESTS = 50_000;

function fileDigestsOf({ facts }: MergedImage): Pick<Inventory, "fileDigests"> {
  const fileDigests = facts.flatMap(({ path, detector, detection }) => {
    const digest = detector === FILE_DIGEST ? detection.notes?.digest : undefined;
    return typeof digest === "string" ? [{ path: path.slice(0, 4096), digest }] : [];
  });
  if (fileDigests.length === 0) return {};
  return { fileDigests: fileDigests.sort((a, b) => (a.path < b.path ? -1 : 1)).slice(0, MAX_FILE_DIGESTS) };
}

/** A file that an upper layer hides is no problem any more. */
function problemsOf(layers: readonly LayerFacts[], image: MergedImage): InventoryProblem[] {
  return layers.flatMap(({ digest, problems }, number) =>
    problems
      .filter(({ path }) => image.layerOf(path) === number)
      .map(({ path, code, reason }) => ({ code, reason, path: path.slice(0, 4096), layer: digest })),
  );
}
