/** Bounds of one scan. Every buffer, list and wait of the analyser stays under one of them. */
export interface ScanLimits {
  /** Unpacked bytes of one layer. */
  readonly layerBytes: number;
  /** Unpacked bytes of all layers. */
  readonly imageBytes: number;
  /** Entries of one layer's tar. */
  readonly layerEntries: number;
  /** How many times larger than its stored form a layer may be; looked at after the first 64 MB. */
  readonly ratio: number;
  /** Largest file that is held in memory whole, in bytes; a detector may want less. */
  readonly fileBytes: number;
  /** Largest program that is held whole, in bytes. Of larger ones only the windows around known texts are looked at. */
  readonly programBytes: number;
  /** Archives within archives. */
  readonly nesting: number;
  /** Unpacked bytes taken from one archive, those inside it counted too. */
  readonly archiveBytes: number;
  /** Layers of one image. */
  readonly layers: number;
  /** Memory for buffers of layers in work, in bytes; decides how many run at once. */
  readonly memoryBytes: number;
  /** Wall time of one image. */
  readonly timeMs: number;
}

const MB = 1024 * 1024;

export const DEFAULT_LIMITS: ScanLimits = {
  layerBytes: 64 * 1024 * MB,
  imageBytes: 256 * 1024 * MB,
  layerEntries: 5_000_000,
  ratio: 1_000,
  fileBytes: 64 * MB,
  programBytes: 24 * MB,
  nesting: 4,
  archiveBytes: 512 * MB,
  layers: 500,
  memoryBytes: 256 * MB,
  timeMs: 30 * 60_000,
};
