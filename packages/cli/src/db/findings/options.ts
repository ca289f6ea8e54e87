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
    .option("--vulns", "insist on findings: fail when there is no advisory data")
    .option("--no-vulns", "show packages only, also where there is advisory data")
    .option("--fail-on <severity>", "end with 3 when a finding is this bad or worse; implies --vulns")
    .option("--fail-on-unknown", "count findings without a known severity as well")
    .option("--allow <file>", "allow list (JSON), repeatable", collect)
    .option("--vex <file>", "OpenVEX or CycloneDX document, repeatable", collect)
    .option("--explain <id>", "say why a flaw was found or was not")
    .option("--database <file>", "advisory database (see tidewaiter db)");
}

/** `required` fails without advisory data, `offered` shows findings where there is some, `left_out` never looks. */
export type FindingMode = "required" | "offered" | "left_out";

/** Formats that findings have a place in, beside what else they hold. */
const OFFERED: ReadonlySet<string> = new Set(["table", "json", "cyclonedx"]);

export function findingMode(options: FindingOptions): FindingMode {
  const { vulns, failOn, failOnUnknown, explain, allow, vex, format } = options;
  if (vulns || failOn || failOnUnknown || explain || allow || vex || format === "sarif") return "required";
  return vulns === undefined && OFFERED.has(format) ? "offered" : "left_out";
}
