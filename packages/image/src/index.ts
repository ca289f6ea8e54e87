export { type AnalyseOptions, analyseImage } from "./analyse.ts";
export { ANALYSER_VERSION } from "./analyser-version.ts";
export type { ImageSource } from "./image-source.ts";
export { type LayerCache, type LayerCacheOptions, openLayerCache } from "./layer-cache.ts";
export { DEFAULT_LIMITS, type ScanLimits } from "./limits.ts";
export type { AnalysisProgress, AnalysisStats } from "./scan-progress.ts";
export { openDockerArchive } from "./sources/docker-archive.ts";
export { openOciArchive, openOciFolder, type SourceOptions } from "./sources/oci-layout.ts";
