import { countSetting } from "@tidewaiter/runtime";
import { z } from "zod";
import { DEFAULT_LIMITS, type ScanLimits } from "./limits.ts";

const MB = 1024 * 1024;
const GB_IN_MB = 1024;

/** Bounds of a scan as environment variables; spread the shape into a process's own schema. */
export const scanSettings = z.object({
  TIDEWAITER_SCAN_MEMORY: countSetting(64)
    .default(DEFAULT_LIMITS.memoryBytes / MB)
    .describe("Memory for the layers of one scan, in MB; decides how many are read at once"),
  TIDEWAITER_SCAN_TIMEOUT_MS: countSetting(1_000)
    .default(DEFAULT_LIMITS.timeMs)
    .describe("Wall time of one scan, in milliseconds"),
  TIDEWAITER_SCAN_LAYER_MAX_MB: countSetting(1)
    .default(64 * GB_IN_MB)
    .describe("Largest unpacked layer, in MB"),
  TIDEWAITER_SCAN_IMAGE_MAX_MB: countSetting(1)
    .default(256 * GB_IN_MB)
    .describe("Largest unpacked image, in MB"),
  TIDEWAITER_SCAN_MAX_ENTRIES: countSetting(1)
    .default(DEFAULT_LIMITS.layerEntries)
    .describe("Most entries of one layer"),
  TIDEWAITER_SCAN_MAX_LAYERS: countSetting(1, 1_000)
    .default(DEFAULT_LIMITS.layers)
    .describe("Most layers of one image"),
  TIDEWAITER_SCAN_MAX_RATIO: countSetting(2)
    .default(DEFAULT_LIMITS.ratio)
    .describe("How many times larger than its stored form a layer may unpack"),
  TIDEWAITER_SCAN_FILE_MAX_MB: countSetting(1, 1_024)
    .default(DEFAULT_LIMITS.fileBytes / MB)
    .describe("Largest file that is read whole, in MB; larger ones are reported as not read"),
  TIDEWAITER_SCAN_PROGRAM_MAX_MB: countSetting(1, 1_024)
    .default(DEFAULT_LIMITS.programBytes / MB)
    .describe("Largest program that is read whole, in MB; of larger ones only known texts are looked for"),
  TIDEWAITER_SCAN_MAX_NESTING: countSetting(1, 20)
    .default(DEFAULT_LIMITS.nesting)
    .describe("How deep archives within archives are opened"),
  TIDEWAITER_SCAN_ARCHIVE_MAX_MB: countSetting(1)
    .default(DEFAULT_LIMITS.archiveBytes / MB)
    .describe("Most that is unpacked from one Java archive, those inside it included, in MB"),
});
export type ScanSettings = z.output<typeof scanSettings>;

export function scanLimits(settings: ScanSettings): ScanLimits {
  return {
    memoryBytes: settings.TIDEWAITER_SCAN_MEMORY * MB,
    timeMs: settings.TIDEWAITER_SCAN_TIMEOUT_MS,
    layerBytes: settings.TIDEWAITER_SCAN_LAYER_MAX_MB * MB,
    imageBytes: settings.TIDEWAITER_SCAN_IMAGE_MAX_MB * MB,
    layerEntries: settings.TIDEWAITER_SCAN_MAX_ENTRIES,
    layers: settings.TIDEWAITER_SCAN_MAX_LAYERS,
    ratio: settings.TIDEWAITER_SCAN_MAX_RATIO,
    fileBytes: settings.TIDEWAITER_SCAN_FILE_MAX_MB * MB,
    programBytes: settings.TIDEWAITER_SCAN_PROGRAM_MAX_MB * MB,
    nesting: settings.TIDEWAITER_SCAN_MAX_NESTING,
    archiveBytes: settings.TIDEWAITER_SCAN_ARCHIVE_MAX_MB * MB,
  };
}
