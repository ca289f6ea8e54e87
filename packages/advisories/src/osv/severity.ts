import type { Severity } from "@tidewaiter/inventory";
import { type CvssScore, cvssBand, scoreCvss } from "./cvss.ts";
import { field, list, text } from "./json.ts";

/** What one record says about how bad the flaw is: the best score and the publisher's own word, kept apart. */
export interface SeverityFacts {
  readonly cvss?: CvssScore;
  readonly word?: Severity;
  /** Whose word it is: ghsa, debian, ubuntu, alma ... */
  readonly wordSource?: string;
}

const WORDS: Readonly<Record<string, Severity>> = {
  critical: "critical",
  high: "high",
  important: "high",
  moderate: "medium",
  medium: "medium",
  low: "low",
  minor: "low",
  negligible: "negligible",
  unimportant: "negligible",
  none: "none",
};

/** The vendor's word in our terms; what says nothing (`not yet assigned`, `end-of-life`) is undefined. */
export function severityOfWord(word: string | undefined): Severity | undefined {
  // Debian marks an urgency that somebody set by hand with stars.
  return word ? WORDS[word.toLowerCase().replace(/\*+$/, "").trim()] : undefined;
}

/** The best of the `severity` entries of a record or of one of its packages: the newest CVSS version, else the worst score. */
export function readCvss(entries: unknown): CvssScore | undefined {
  let best: CvssScore | undefined;
  for (const entry of list(entries)) {
    const type = text(field(entry, "type"));
    const vector = text(field(entry, "score"));
    if (!type?.startsWith("CVSS_") || !vector) continue;
    const score = scoreCvss(vector);
    if (score && (!best || score.version > best.version)) best = score;
  }
  return best;
}

/** Ubuntu puts its priority as a word among the scores. */
export function readUbuntuWord(entries: unknown): Severity | undefined {
  const entry = list(entries).find((candidate) => text(field(candidate, "type")) === "Ubuntu");
  return severityOfWord(text(field(entry, "score")));
}

/** The band that a record gives by itself, without other records. */
export function bandOf({ cvss, word }: SeverityFacts, isWordFirst: boolean): Severity | undefined {
  const scored = cvss && cvssBand(cvss);
  return isWordFirst ? (word ?? scored) : (scored ?? word);
}
