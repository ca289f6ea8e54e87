import { performance } from "node:perf_hooks";
import type { CheckResult, CheckStep } from "@tidewaiter/contract";
import { toBrokerError } from "@tidewaiter/runtime";

/** What a step has to say when it did not throw. */
export interface StepFinding {
  readonly verdict?: "pass" | "warn" | "skipped";
  readonly fact?: string;
  readonly code?: string;
  readonly message?: string;
  readonly likely?: string;
  readonly action?: string;
}

/** Runs one step and writes down how it went; a thrown error becomes the verdict `fail`. */
export async function runStep(step: CheckStep, work: () => Promise<StepFinding>): Promise<CheckResult> {
  const start = performance.now();
  const took = (): number => Math.round(performance.now() - start);
  try {
    const finding = await work();
    return { step, verdict: "pass", ...finding, durationMs: took() };
  } catch (thrown) {
    const { code, message, likely, action } = toBrokerError(thrown).toProblem();
    return { step, verdict: "fail", durationMs: took(), code, message, likely, action };
  }
}

export function skipped(step: CheckStep, fact: string): CheckResult {
  return { step, verdict: "skipped", durationMs: 0, fact };
}
