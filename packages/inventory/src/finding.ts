import { z } from "zod";
import { packageTypeSchema } from "./model.ts";
import { severitySchema } from "./severity.ts";

/** `fixed`: a fixed version is offered; the others say why there is none. */
export const FINDING_STATES = [
  "fixed",
  "affected",
  "will_not_fix",
  "deferred",
  "under_investigation",
  "end_of_life",
  "not_affected",
] as const;
export const findingStateSchema = z.enum(FINDING_STATES);
export type FindingState = z.output<typeof findingStateSchema>;

/** One flaw in one package: rows of the same alias group are merged. */
export const findingSchema = z.object({
  /** Shown id: CVE before GHSA before the ecosystem's own. */
  id: z.string(),
  /** Every other id of the alias group. */
  aliases: z.array(z.string()),
  /** `vulnerability`, or apart from it: notices (unmaintained ...) and malware. */
  kind: z.enum(["vulnerability", "notice", "malware"]),
  severity: severitySchema,
  /** Where the severity comes from: `debian`, `ghsa`, `cvss:CVE-…` ... */
  severitySource: z.string(),
  cvss: z.object({ score: z.number(), vector: z.string() }).optional(),
  package: z.object({
    type: packageTypeSchema,
    name: z.string(),
    namespace: z.string().optional(),
    version: z.string(),
    purl: z.string(),
    source: z.string().optional(),
  }),
  fixedVersion: z.string().optional(),
  state: findingStateSchema,
  summary: z.string().optional(),
  /** Digest of the layer that brought the package. */
  layer: z.string().optional(),
  locations: z.array(z.string()),
  isKnownExploited: z.boolean(),
  epss: z.object({ score: z.number(), percentile: z.number(), date: z.string() }).optional(),
  /** True where the data is too vague for certainty (unparsable version, parent ecosystem). */
  isLowConfidence: z.boolean(),
  /** Records of the same flaw that name the package and do not count its version. */
  dissent: z.array(z.string()).optional(),
  publishedAt: z.string().optional(),
  references: z.array(z.string()),
});
export type Finding = z.output<typeof findingSchema>;
