import type { Descriptor } from "@tidewaiter/oci";
import { DETECTORS } from "../detectors/index.ts";
import { createPathIndex, type PathIndex } from "../detectors/path-index.ts";
import type { ScanLimits } from "../limits.ts";
import type { ExtraWant } from "./fact-collector.ts";
import type { LayerFacts } from "./layer-facts.ts";
import { readLayer } from "./read-layer.ts";

/** What is to be read of one layer, as plain data: it may be done in another thread. */
export interface LayerTask {
  readonly descriptor: Descriptor;
  readonly diffId?: string;
  readonly limits: ScanLimits;
  /** When given, only these files are wanted, under the names that links give them. */
  readonly extras?: readonly ExtraWant[];
  /** Digest and length are checked by whoever sends the bytes. */
  readonly isVerified?: boolean;
}

export const INDEX: PathIndex = createPathIndex(DETECTORS);

/** @throws as `readLayer`. */
export async function readTask(
  stored: AsyncIterable<Buffer>,
  task: LayerTask,
  { signal, mayBlock }: { readonly signal?: AbortSignal; readonly mayBlock?: boolean } = {},
): Promise<LayerFacts> {
  const { extras } = task;
  const facts = await readLayer(stored, { ...task, signal, mayBlock, index: extras ? narrow(extras) : INDEX });
  if (!extras) return facts;
  const names = new Set(extras.map(({ as }) => as));
  return { ...facts, files: facts.files.filter(({ path }) => names.has(path)) };
}

function narrow(extras: readonly ExtraWant[]): PathIndex {
  const names = new Set(extras.map(({ as }) => as));
  const match = (path: string) => (names.has(path) ? INDEX.match(path) : []);
  return { match, matchFolder: () => [], exactPaths: [], byMagic: [] };
}
