import type { Command } from "commander";

/** What `scan` is told about findings. */
export interface FindingOptions {
  readonly vulns?: boolean;
  readonly failOn?: string;
  readonly failOnUnknown?: boolean;
  readonly allow?: readonly string[];
  readonly vex?: readonly string[];
  readonly explain?: string;
  readonly database?: string;
  readonly format: string;
}

export function addFindingOptions(command: Command): Command {
  const collect = (value: string, all: readonly string[] = []): string[] => [...all, value];
  return command
    .option("--vulns", "show findings instead of packages (also as json, cyclonedx or sarif)")
    .option("--fail-on <severity>", "end with 3 when a finding is this bad or worse; implies --vulns")
    .option("--fail-on-unknown", "count findings without a known severity as well")
    .option("--allow <file>", "allow list (JSON), repeatable", collect)
    .option("--vex <file>", "OpenVEX or CycloneDX document, repeatable", collect)
    .option("--explain <id>", "say why a flaw was found or was not")
    .option("--database <file>", "advisory database (see tidewaiter db)");
}

/** True when the user asks about findings and not only about packages. */
export function asksForFindings({ vulns, failOn, failOnUnknown, explain, format }: FindingOptions): boolean {
  return Boolean(vulns || failOn || failOnUnknown || explain || format === "sarif");
}
