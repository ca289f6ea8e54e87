import type { Finding } from "@tidewaiter/inventory";
import { type CvssScore, cvssBand } from "../osv/cvss.ts";
import type { SeverityFacts } from "../osv/severity.ts";

/** One record's say, or that of its entry for the package, with the id to name as source. A record is one by itself. */
export interface SeverityVoice {
  readonly id: string;
  readonly severity: SeverityFacts;
}

export type Verdict = Pick<Finding, "severity" | "severitySource" | "cvss">;

/**
 * The shown severity: from the records that matched, then from others of the alias group. For distribution packages the
 * publisher's word outranks a score, for language packages the score comes first. The source is always named.
 */
export function resolveSeverity(
  matched: readonly SeverityVoice[],
  group: readonly SeverityVoice[],
  isWordFirst: boolean,
): Verdict {
  const best = pickScore(matched) ?? pickScore(group);
  const cvss = best && { score: best.score.score, vector: best.score.vector };
  const shown = isWordFirst
    ? (byWord(matched) ?? byScore(matched) ?? byWord(group) ?? byScore(group))
    : (byScore(matched) ?? byWord(matched) ?? byScore(group) ?? byWord(group));
  return { severity: shown?.severity ?? "unknown", severitySource: shown?.severitySource ?? "none", cvss };
}

type Shown = Omit<Verdict, "cvss">;

function byWord(voices: readonly SeverityVoice[]): Shown | undefined {
  for (const { id, severity } of voices) {
    if (severity.word) return { severity: severity.word, severitySource: severity.wordSource ?? id };
  }
  return undefined;
}

function byScore(voices: readonly SeverityVoice[]): Shown | undefined {
  const best = pickScore(voices);
  return best && { severity: cvssBand(best.score), severitySource: `cvss:${best.id}` };
}

/** The newest version of the standard; among equals the first, which is the nearest. */
function pickScore(voices: readonly SeverityVoice[]): { id: string; score: CvssScore } | undefined {
  let best: { id: string; score: CvssScore } | undefined;
  for (const { id, severity } of voices) {
    if (severity.cvss && (!best || severity.cvss.version > best.score.version)) best = { id, score: severity.cvss };
  }
  return best;
}
