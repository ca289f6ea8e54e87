import type { VexFinding } from "@tidewaiter/advisories";
import type { Finding } from "@tidewaiter/inventory";
import type { JudgedImage } from "./judge-image.ts";

type Json = Readonly<Record<string, unknown>>;

/** Adds findings to a CycloneDX document as vulnerabilities, with what was said about them as analysis (CycloneDX 1.6, VEX). */
export function addVulnerabilities(document: Json, { active, allowed, excused }: JudgedImage): Json {
  const refs = componentRefs(document);
  const open = active.map((finding) => vulnerability(finding, refs, analysisOf(finding)));
  const hidden = allowed.map(({ finding, by }) =>
    vulnerability(finding, refs, { state: "exploitable", response: ["will_not_fix"], detail: by.reason }),
  );
  const cleared = excused.map((entry) => vulnerability(entry.finding, refs, excuseOf(entry)));
  return { ...document, vulnerabilities: [...open, ...hidden, ...cleared] };
}

/** References of components by purl; findings name packages by purl. */
function componentRefs({ components }: Json): ReadonlyMap<string, string> {
  const list: readonly Json[] = Array.isArray(components) ? components : [];
  return new Map(list.map(({ purl, "bom-ref": ref }) => [String(purl), String(ref)]));
}

function vulnerability(finding: Finding, refs: ReadonlyMap<string, string>, analysis: Json): Json {
  const { id, aliases, severity, cvss, summary, references, package: found, fixedVersion, publishedAt } = finding;
  return {
    "bom-ref": `${id} ${found.purl}`,
    id,
    source: { name: "OSV", url: `https://osv.dev/vulnerability/${encodeURIComponent(id)}` },
    references: aliases.map((alias) => ({ id: alias, source: { name: "OSV" } })),
    ratings: [
      cvss
        ? { score: cvss.score, severity: word(severity), method: methodOf(cvss.vector), vector: cvss.vector }
        : { severity: word(severity) },
    ],
    ...(summary && { description: summary }),
    ...(fixedVersion && { recommendation: `Update ${found.name} to ${fixedVersion}` }),
    advisories: references.map((url) => ({ url })),
    ...(publishedAt && { published: publishedAt }),
    affects: [{ ref: refs.get(found.purl) ?? found.purl }],
    analysis,
  };
}

/** CycloneDX has no word for negligible. */
function word(severity: Finding["severity"]): string {
  return severity === "negligible" ? "info" : severity;
}

function methodOf(vector: string): string {
  if (vector.startsWith("CVSS:4")) return "CVSSv4";
  if (vector.startsWith("CVSS:3.1")) return "CVSSv31";
  return vector.startsWith("CVSS:3") ? "CVSSv3" : "CVSSv2";
}

function analysisOf({ state, fixedVersion }: Finding): Json {
  if (state === "under_investigation") return { state: "in_triage" };
  if (state === "will_not_fix" || state === "end_of_life") return { state: "exploitable", response: ["will_not_fix"] };
  return { state: "exploitable", ...(fixedVersion && { response: ["update"] }) };
}

function excuseOf({ statement: { status, justification } }: VexFinding): Json {
  return { state: status === "fixed" ? "resolved" : "not_affected", ...(justification && { detail: justification }) };
}
