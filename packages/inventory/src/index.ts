export { toCycloneDx } from "./documents/cyclonedx.ts";
export type { DocumentOptions } from "./documents/options.ts";
export { toSarif } from "./documents/sarif.ts";
export { toScanResults } from "./documents/scan-results.ts";
export { toSpdx } from "./documents/spdx.ts";
export { FINDING_STATES, type Finding, type FindingState, findingSchema, findingStateSchema } from "./finding.ts";
export {
  type Attached,
  attachedSchema,
  type ImageFacts,
  type Inventory,
  type InventoryProblem,
  imageFactsSchema,
  inventorySchema,
  type Layer,
  type Location,
  layerSchema,
  locationSchema,
  type OperatingSystem,
  operatingSystemSchema,
  PACKAGE_TYPES,
  type Package,
  type PackageType,
  packageSchema,
  packageTypeSchema,
  problemSchema,
} from "./model.ts";
export { formatPurl, type PurlParts } from "./purl.ts";
export { compareSeverity, isAtLeast, SEVERITIES, type Severity, severitySchema } from "./severity.ts";
