import type { Finding, Severity } from "@tidewaiter/inventory";
import { type CvssScore, cvssBand } from "../osv/cvss.ts";
import type { SeverityFacts } from "../osv/severity.ts";
import type { StoredAdvisory } from "../store/stored.ts";

/** One record's say, or that of its entry for the package, with the id to name as source. */
export interface SeverityVoice {
  readonly id: string;
  readonly facts: SeverityFacts;
}

export type Verdict = Pick<Finding, "severity" | "severitySource" | "cvss">;

/**
 * The shown severity: from the records that matched, then from others of the alias group. For distribution packages the
 * publisher's word outranks a score, for language packages the score comes first. The source is always named.
 */
export function resolveSeverity(
  matched: readonly SeverityVoice[],
  group: readonly StoredAdvisory[],
  isWordFirst: boolean,
): Verdict {
  const others = group.map(({ id, severity }) => ({ id, facts: severity }));
  const cvss = pickScore(matched) ?? pickScore(others);
  const shown = cvss && { cvss: { score: cvss.score.score, vector: cvss.score.vector } };
  for (const voices of [matched, others]) {
    const verdict = isWordFirst ? (byWord(voices) ?? byScore(voices)) : (byScore(voices) ?? byWord(voices));
    if (verdict) return { ...verdict, ...shown };
  }
  return { severity: "unknown", severitySource: "none", ...shown };
}

function byWord(voices: readonly SeverityVoice[]): Verdict | undefined {
  for (const { id, facts } of voices) {
    if (facts.word) return { severity: facts.word, severitySource: facts.wordSource ?? id };
  }
  return undefined;
}

function byScore(voices: readonly SeverityVoice[]): Verdict | undefined {
  const best = pickScore(voices);
  return best && { severity: cvssBand(best.score) as Severity, severitySource: `cvss:${best.id}` };
}

/** The newest version of the standard; among equals the first, which is the nearest. */
function pickScore(voices: readonly SeverityVoice[]): { id: string; score: CvssScore } | undefined {
  let best: { id: string; score: CvssScore } | undefined;
  for (const { id, facts } of voices) {
    if (facts.cvss && (!best || facts.cvss.version > best.score.version)) best = { id, score: facts.cvss };
  }
  return best;
}
