import { isAtLeast, type Severity, severitySchema } from "@tidewaiter/inventory";
import { BrokerError } from "@tidewaiter/runtime";
import type { JudgedImage } from "./judge-image.ts";

export interface GateOptions {
  readonly failOn: Severity;
  /** True when findings whose severity nobody knows break the policy too. */
  readonly countsUnknown: boolean;
}

/** @throws {BrokerError} INPUT_INVALID for another word. */
export function readSeverity(text: string): Severity {
  const parsed = severitySchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new BrokerError("INPUT_INVALID", `--fail-on: one of ${severitySchema.options.join(", ")}`);
}

/**
 * Throws when the image breaks the policy, so that the exit code is 3, or when nothing in it could be judged, so that
 * nobody takes it for clean. Returns a remark on what the policy did not count.
 *
 * @throws {BrokerError} POLICY_BROKEN, naming the worst; ADVISORIES_MISSING
 */
export function enforceGate(
  { active, report }: JudgedImage,
  { failOn, countsUnknown }: GateOptions,
): string | undefined {
  const breaking = active.filter(
    ({ kind, severity }) =>
      kind !== "notice" && (isAtLeast(severity, failOn) || (countsUnknown && severity === "unknown")),
  );
  if (breaking.length > 0) {
    const names = [...new Set(breaking.map(({ id }) => id))];
    const shown = names.slice(0, 10).join(", ");
    const rest = names.length > 10 ? ` and ${names.length - 10} more` : "";
    throw new BrokerError("POLICY_BROKEN", `findings of severity ${failOn} or worse: ${shown}${rest}`);
  }
  const judged = report.coverage.filter(({ packages }) => packages > 0);
  if (judged.length > 0 && judged.every(({ state }) => state === "not_covered")) {
    throw new BrokerError(
      "ADVISORIES_MISSING",
      "nothing in this image could be judged, so it does not count as clean",
      {
        likely: "the advisory data holds nothing for its distribution and packages",
        action: "run tidewaiter db update with the ecosystems that the table names",
      },
    );
  }
  const unknown = active.filter(({ severity }) => severity === "unknown").length;
  if (unknown === 0 || countsUnknown) return undefined;
  return `${unknown} findings of unknown severity did not count; --fail-on-unknown counts them`;
}
