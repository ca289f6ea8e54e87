export { AGENT_HEADERS } from "./agent-headers.ts";
export {
  type AgentScan,
  agentHealthSchema,
  agentScanSchema,
  agentScansSchema,
  credentialVerdictSchema,
  discoverRequestSchema,
  hookRemovedSchema,
  hookRequestSchema,
  hookSchema,
} from "./agent-routes.ts";
export {
  CHECK_STEPS,
  type CheckReport,
  type CheckResult,
  type CheckStep,
  checkReportSchema,
  checkResultSchema,
} from "./check-report.ts";
export {
  type CredentialBlob,
  decodeCredentials,
  encodeCredentials,
  type RegistryConnection,
  toConnection,
} from "./credentials.ts";
export {
  type ImageMetadata,
  imageMetadataSchema,
  type RepositoriesPage,
  repositoriesPageSchema,
  type StateIdentifier,
  stateIdentifierSchema,
  type TagMetadata,
  type TagsPage,
  type TagsWithMetadata,
  tagMetadataSchema,
  tagsPageSchema,
  tagsWithMetadataSchema,
} from "./listing.ts";
export { type PushEvent, pushEventSchema } from "./push-event.ts";
export { REGISTRY_TYPES, type RegistryType, registryTypeSchema } from "./registry-type.ts";
export {
  CALLBACK_PATHS,
  FINAL_SCAN_STATES,
  type FinalScanState,
  isFinal,
  SCAN_PHASES,
  SCAN_STATES,
  type ScanAccepted,
  type ScanDone,
  type ScanPhase,
  type ScanProgress,
  type ScanRequest,
  type ScanResult,
  type ScanState,
  scanAcceptedSchema,
  scanDoneSchema,
  scanErrorSchema,
  scanProgressSchema,
  scanRequestSchema,
  scanResultSchema,
  scanStateSchema,
} from "./scan.ts";
