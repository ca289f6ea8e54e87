export { type BuildOptions, type BuildReport, buildAdvisoryStore } from "./feeds/build.ts";
export { COVERAGE_STATES, type Coverage, type CoverageState } from "./match/coverage.ts";
export { type MatchOptions, type MatchReport, matchInventory } from "./match/match.ts";
export { DEFAULT_ZIP_LIMITS, type ZipLimits } from "./osv/zip.ts";
export { buildSampleStore, SAMPLE_ADVISORIES } from "./sample.ts";
export type { EcosystemStatus } from "./store/snapshot.ts";
export { type AdvisoryStore, openAdvisoryStore } from "./store/store.ts";
export { compareVersionTexts, type VersionScheme } from "./versions/scheme.ts";
export { VERSION_SCHEMES, type VersionSchemeName } from "./versions/schemes.ts";
