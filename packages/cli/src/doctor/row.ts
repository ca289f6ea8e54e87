import { BrokerError, type ErrorCode, errorKind, isErrorCode, toBrokerError } from "@tidewaiter/runtime";

export const PARTS = ["here", "server", "client", "agent", "registry"] as const;
export type Part = (typeof PARTS)[number];

/** One line of the doctor's table. */
export interface Row {
  readonly part: Part;
  readonly check: string;
  readonly verdict: "pass" | "warn" | "fail" | "skipped";
  /** What was seen. */
  readonly fact?: string;
  readonly code?: string;
  readonly likely?: string;
  readonly action?: string;
}

/** A row that says why a check failed, with the advice of the error's code. */
export function failed(part: Part, check: string, thrown: unknown): Row {
  const { code, message, likely, action } = toBrokerError(thrown).toProblem();
  return { part, check, verdict: "fail", fact: message, code, likely, action };
}

/** As `failed`, from what a process reported by code. */
export function failedWith(part: Part, check: string, code: string | undefined, message: string): Row {
  const known: ErrorCode = code !== undefined && isErrorCode(code) ? code : "UNAVAILABLE";
  return failed(part, check, new BrokerError(known, message));
}

/** 0 when nothing failed, else the exit code of the first failure's code, in the order of the chain. */
export function exitCodeOf(rows: readonly Row[]): number {
  const first = rows.find(({ verdict }) => verdict === "fail");
  if (!first) return 0;
  return (first.code !== undefined && isErrorCode(first.code) ? errorKind(first.code).exit : undefined) ?? 1;
}
