import type { DiagnosisRow } from "../../api/types/index.ts";

type Verdict = DiagnosisRow["verdict"];

/** A part is as good as the worst that was seen of it; `skipped` when nothing was looked at. */
export function worstOf(rows: readonly Pick<DiagnosisRow, "verdict">[]): Verdict {
  const has = (verdict: Verdict): boolean => rows.some((row) => row.verdict === verdict);
  return (["fail", "warn", "pass"] as const).find(has) ?? "skipped";
}
