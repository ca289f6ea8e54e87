import type { Severity } from "@tidewaiter/inventory";
import calculator from "ae-cvss-calculator";

export interface CvssScore {
  readonly version: 2 | 3 | 4;
  /** Base score, 0 to 10. */
  readonly score: number;
  readonly vector: string;
}

const BASE_METRICS = {
  2: ["AV", "AC", "Au", "C", "I", "A"],
  3: ["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
  4: ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
} as const;

/** The base score of a vector of any CVSS version; threat and environmental metrics are dropped. Undefined when it is no complete vector. */
export function scoreCvss(text: string): CvssScore | undefined {
  if (text.length > 512) return undefined;
  const prefix = /^CVSS:([34])\.\d\//.exec(text);
  const version = prefix ? (Number(prefix[1]) as 3 | 4) : 2;
  const vector = baseVector(version, prefix?.[0] ?? "", text.slice(prefix?.[0].length ?? 0));
  if (!vector) return undefined;
  const score = calculate(vector);
  return score === undefined ? undefined : { version, score, vector };
}

function baseVector(version: 2 | 3 | 4, prefix: string, metrics: string): string | undefined {
  const values = new Map(
    metrics
      .replace(/[()]/g, "")
      .split("/")
      .map((metric) => splitOnce(metric, ":")),
  );
  const parts: string[] = [];
  for (const name of BASE_METRICS[version]) {
    const value = values.get(name);
    if (!value || !/^[A-Z]$/.test(value)) return undefined;
    parts.push(`${name}:${value}`);
  }
  return `${prefix}${parts.join("/")}`;
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** The library throws on values that the standard does not know. */
function calculate(vector: string): number | undefined {
  try {
    const score = createCalculator(vector).calculateScores().base;
    return Number.isFinite(score) ? score : undefined;
  } catch {
    return undefined;
  }
}

function createCalculator(vector: string): { calculateScores(): { base?: number } } {
  if (vector.startsWith("CVSS:4")) return new calculator.Cvss4P0(vector);
  if (vector.startsWith("CVSS:3.0")) return new calculator.Cvss3P0(vector);
  if (vector.startsWith("CVSS:3")) return new calculator.Cvss3P1(vector);
  return new calculator.Cvss2(vector);
}

/** The qualitative band of a score; version 2 knows no critical (CVSS v3.1, section 5; NVD for v2). */
export function cvssBand({ version, score }: Pick<CvssScore, "version" | "score">): Severity {
  if (version === 2) return score >= 7 ? "high" : score >= 4 ? "medium" : "low";
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "none";
}
