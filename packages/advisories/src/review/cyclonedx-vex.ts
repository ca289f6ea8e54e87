import { parseInput } from "@tidewaiter/runtime";
import { z } from "zod";
import type { VexStatement, VexStatus } from "./vex-statement.ts";

const cycloneDxSchema = z.object({
  bomFormat: z.literal("CycloneDX"),
  metadata: z.object({ timestamp: z.string().optional() }).optional(),
  components: z.array(z.object({ "bom-ref": z.string().optional(), purl: z.string().optional() })).default([]),
  vulnerabilities: z
    .array(
      z.object({
        id: z.string(),
        references: z.array(z.object({ id: z.string() })).default([]),
        updated: z.string().optional(),
        published: z.string().optional(),
        analysis: z
          .object({
            state: z.string().optional(),
            justification: z.string().optional(),
            detail: z.string().optional(),
            lastUpdated: z.string().optional(),
          })
          .optional(),
        affects: z.array(z.object({ ref: z.string() })).default([]),
      }),
    )
    .max(100_000)
    .default([]),
});
type Vulnerability = z.output<typeof cycloneDxSchema>["vulnerabilities"][number];

/** States of CycloneDX's analysis in our terms. */
const STATES: Readonly<Record<string, VexStatus>> = {
  not_affected: "not_affected",
  false_positive: "not_affected",
  resolved: "fixed",
  resolved_with_pedigree: "fixed",
  exploitable: "affected",
  in_triage: "under_investigation",
};

/** Statements of a CycloneDX document's vulnerabilities (CycloneDX 1.4 and later), or undefined when it is none. */
export function readCycloneDxVex(document: unknown): VexStatement[] | undefined {
  if (!z.object({ bomFormat: z.literal("CycloneDX") }).safeParse(document).success) return undefined;
  const { vulnerabilities, components, metadata } = parseInput(cycloneDxSchema, document, "CycloneDX document");
  const purls = new Map(components.flatMap(({ "bom-ref": ref, purl }) => (ref && purl ? [[ref, purl] as const] : [])));
  return vulnerabilities.flatMap((entry) => readAnalysis(entry, purls, metadata?.timestamp) ?? []);
}

/** An analysis without a state, or `not_affected` without any word why, says nothing. */
function readAnalysis(
  entry: Vulnerability,
  purls: ReadonlyMap<string, string>,
  timestamp = "",
): VexStatement | undefined {
  const status = STATES[entry.analysis?.state ?? ""];
  const justification = entry.analysis?.justification ?? entry.analysis?.detail;
  if (!status || (status === "not_affected" && !justification)) return undefined;
  return {
    ids: [entry.id, ...entry.references.map(({ id }) => id)],
    status,
    justification,
    products: [],
    packages: entry.affects.flatMap(({ ref }) => purlOfRef(ref, purls) ?? []),
    at: entry.analysis?.lastUpdated ?? entry.updated ?? timestamp,
  };
}

/** A reference is a component's own, a purl, or a link into another document (BOM-Link) that ends in either. */
function purlOfRef(ref: string, purls: ReadonlyMap<string, string>): string | undefined {
  const [, inner = ref] = /^urn:cdx:[^#]+#(.+)$/.exec(ref) ?? [];
  const decoded = inner.includes("%3A") ? decodeURIComponent(inner) : inner;
  return purls.get(decoded) ?? (decoded.startsWith("pkg:") ? decoded : undefined);
}
