import { BrokerError, type ErrorCode } from "@tidewaiter/runtime";
import type { DiagnosisRow } from "../api/contract/diagnosis.ts";

type Where = Pick<DiagnosisRow, "part" | "check">;

const NOTHING = { fact: null, durationMs: null, code: null, likely: null, action: null };

export function seen(where: Where, verdict: "pass" | "skipped", fact: string | null = null): DiagnosisRow {
  return { ...NOTHING, ...where, verdict, fact };
}

/** With the advice of the error's code. */
export function trouble(where: Where, verdict: "warn" | "fail", code: ErrorCode, fact: string): DiagnosisRow {
  const { likely, action } = new BrokerError(code, fact).toProblem();
  return { ...NOTHING, ...where, verdict, fact, code, likely, action };
}
