/** Where a scan is; bytes are those of stored layers. */
export interface AnalysisProgress {
  readonly layersDone: number;
  readonly layersTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** What a scan cost. */
export interface AnalysisStats {
  readonly bytesFetched: number;
  readonly layersFetched: number;
  readonly layersCached: number;
  /** Layers that were read a second time because a wanted path was a link to a file that nobody wanted. */
  readonly layersReread: number;
}

/** Counts layers and bytes of one scan and tells of them at most every 100 ms. */
export class ProgressCounter {
  readonly #total: { layers: number; bytes: number };
  readonly #report: ((progress: AnalysisProgress) => void) | undefined;
  #bytesDone = 0;
  #layersDone = 0;
  #toldAt = 0;
  readonly stats = { bytesFetched: 0, layersFetched: 0, layersCached: 0, layersReread: 0 };

  constructor(total: { layers: number; bytes: number }, report?: (progress: AnalysisProgress) => void) {
    this.#total = total;
    this.#report = report;
    this.#tell();
  }

  addBytes(count: number): void {
    this.#bytesDone += count;
    this.stats.bytesFetched += count;
    if (this.#report && performance.now() - this.#toldAt > 100) this.#tell();
  }

  finishLayer(kind: "layersFetched" | "layersCached", cachedBytes = 0): void {
    this.#layersDone += 1;
    this.#bytesDone += cachedBytes;
    this.stats[kind] += 1;
    this.#tell();
  }

  #tell(): void {
    this.#toldAt = performance.now();
    this.#report?.({
      layersDone: this.#layersDone,
      layersTotal: this.#total.layers,
      bytesDone: Math.min(this.#bytesDone, this.#total.bytes),
      bytesTotal: this.#total.bytes,
    });
  }
}
