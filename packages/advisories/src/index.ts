export { type BuildOptions, type BuildReport, buildAdvisoryStore } from "./feeds/build.ts";
export {
  type BundleReport,
  type ExportOptions,
  exportBundle,
  type ImportOptions,
  importBundle,
  isBundle,
} from "./feeds/bundle.ts";
export { readPublicKey, readSigningKey } from "./feeds/keys.ts";
export { type UpdateOptions, type UpdateProgress, updateAdvisories } from "./feeds/update.ts";
export { packLookupKeys, type StoredMatch, selectConcerned } from "./match/concern.ts";
export { COVERAGE_STATES, type Coverage, type CoverageState } from "./match/coverage.ts";
export { END_OF_LIFE_TABLE_DATE, endOfLifeDate, isEndOfLife } from "./match/end-of-life.ts";
export { type Decision, type Explanation, explainFinding } from "./match/explain.ts";
export { lookupKeys } from "./match/lookup-keys.ts";
export { type MatchOptions, type MatchReport, matchInventory } from "./match/match.ts";
export { matchAgain, type PreviousMatch } from "./match/rematch.ts";
export { SET_ASIDE_REASONS, type SetAside, type SetAsideReason } from "./match/set-aside.ts";
export { DEFAULT_ZIP_LIMITS, readZip, type ZipLimits } from "./osv/zip.ts";
export { applyVex, type VexFinding, type VexReport } from "./review/apply-vex.ts";
export { isEpssStale, priorityOf } from "./review/priority.ts";
export {
  applySuppressions,
  DEFAULT_SUPPRESSION_DAYS,
  expiryOf,
  type ReviewContext,
  type SuppressedFinding,
  type Suppression,
  type SuppressionReport,
  suppressionSchema,
  WARNING_DAYS,
} from "./review/suppression.ts";
export { upgradeTarget } from "./review/upgrade.ts";
export { readVexDocument } from "./review/vex.ts";
export { VEX_STATUSES, type VexStatement, type VexStatus } from "./review/vex-statement.ts";
export { buildSampleStore, SAMPLE_ADVISORIES } from "./sample.ts";
export { ADVISORY_SETTINGS, DEFAULT_ECOSYSTEMS, PUBLIC_BUCKET } from "./settings.ts";
export type { PackageKey, StoreChanges } from "./store/changes.ts";
export { checkStoreFile } from "./store/check-file.ts";
export { type AdvisoryStore, openAdvisoryStore } from "./store/store.ts";
export type { EcosystemStatus } from "./store/stored.ts";
export { compareVersionTexts, type VersionScheme } from "./versions/scheme.ts";
export { VERSION_SCHEMES, type VersionSchemeName } from "./versions/schemes.ts";
