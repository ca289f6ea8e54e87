import type { Finding } from "../finding.ts";
import type { Severity } from "../severity.ts";
import type { DocumentOptions } from "./options.ts";

type Json = Readonly<Record<string, unknown>>;
type Level = "error" | "warning" | "note";

const LEVELS: Readonly<Record<Severity, Level>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  negligible: "note",
  none: "note",
  unknown: "warning",
};
/** For viewers that sort by number where an advisory has no CVSS score. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
  negligible: "0.5",
  none: "0.0",
  unknown: "0.0",
};

/** Findings of one image as a SARIF 2.1.0 log: a rule for each flaw, a result for each package that has it. */
export function toSarif(findings: readonly Finding[], options: DocumentOptions): Json {
  const rules = [...new Map(findings.map((finding) => [finding.id, finding])).values()];
  const positions = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Tidewaiter", semanticVersion: options.toolVersion, rules: rules.map(toRule) } },
        results: findings.map((finding) => toResult(finding, positions.get(finding.id) ?? 0, options)),
        columnKind: "utf16CodeUnits",
      },
    ],
  };
}

function toRule({ id, aliases, severity, summary, references, cvss }: Finding): Json {
  const helpUri = references.find((url) => /^https?:\/\//.test(url));
  return {
    id,
    shortDescription: { text: summary ?? id },
    ...(helpUri && { helpUri }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ["security", severity, ...aliases],
      "security-severity": cvss ? cvss.score.toFixed(1) : SCORES[severity],
    },
  };
}

function toResult(finding: Finding, ruleIndex: number, { name, tag }: DocumentOptions): Json {
  const { id, severity, package: where, fixedVersion, locations } = finding;
  const fix = fixedVersion ? `fixed in ${fixedVersion}` : `no fix (${finding.state})`;
  const image = tag ? `${name}:${tag}` : name;
  return {
    ruleId: id,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${where.name} ${where.version} in ${image}: ${id}, ${severity}; ${fix}` },
    locations: (locations.length > 0 ? locations : [image]).slice(0, 10).map((path) => ({
      // SARIF wants a relative URI; viewers show it as the file.
      physicalLocation: { artifactLocation: { uri: encodeURI(path.replace(/^\/+/, "")) }, region: { startLine: 1 } },
      logicalLocations: [{ fullyQualifiedName: where.purl, kind: "package" }],
    })),
    partialFingerprints: { "tidewaiter/v1": `${name} ${where.purl.replace(/@[^?]*/, "")} ${id}` },
  };
}
