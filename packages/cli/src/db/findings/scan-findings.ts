import { explainFinding, openAdvisoryStore } from "@tidewaiter/advisories";
import { type DocumentOptions, type Inventory, toCycloneDx, toSarif } from "@tidewaiter/inventory";
import { BrokerError, type Env } from "@tidewaiter/runtime";
import { databasePath } from "../settings.ts";
import { addVulnerabilities } from "./cyclonedx.ts";
import { formatExplanation } from "./explanation.ts";
import { enforceGate, readSeverity } from "./gate.ts";
import { type JudgedImage, judgeImage } from "./judge-image.ts";
import type { FindingOptions } from "./options.ts";
import { formatFindings } from "./table.ts";

export interface FindingReport {
  /** What is printed or written. */
  readonly text: string;
  /** Throws when the image breaks the policy; called once the text is out. Returns a remark for people. */
  readonly enforce: () => string | undefined;
}

/** @throws {BrokerError} INPUT_INVALID, before anything is fetched. */
export function checkFindingOptions({ failOn, format }: FindingOptions): void {
  if (failOn !== undefined) readSeverity(failOn);
  if (!FORMATS.includes(format)) {
    throw new BrokerError("INPUT_INVALID", `--format: findings are written as ${FORMATS.join(", ")}`);
  }
}

const FORMATS = ["table", "json", "cyclonedx", "sarif"];

/**
 * Findings of an inventory in the form that was asked for.
 *
 * @throws {BrokerError} ADVISORIES_MISSING, INPUT_INVALID
 */
export async function reportFindings(
  inventory: Inventory,
  options: FindingOptions,
  document: DocumentOptions,
  env: Env,
): Promise<FindingReport> {
  const failOn = options.failOn === undefined ? undefined : readSeverity(options.failOn);
  const store = openAdvisoryStore(options.database ?? databasePath(env));
  try {
    if (options.explain) {
      return { text: formatExplanation(explainFinding(store, inventory, options.explain)), enforce: () => undefined };
    }
    const judged = await judgeImage(store, inventory, { ...options, repository: document.name });
    const countsUnknown = options.failOnUnknown === true;
    return {
      text: format(judged, inventory, options.format, document),
      enforce: () =>
        failOn || countsUnknown ? enforceGate(judged, { failOn: failOn ?? "critical", countsUnknown }) : undefined,
    };
  } finally {
    store.close();
  }
}

/** Findings where there is data; else the error that says why there is none, which is no error of the scan. */
export async function offerFindings(
  inventory: Inventory,
  options: FindingOptions,
  document: DocumentOptions,
  env: Env,
): Promise<FindingReport | BrokerError> {
  try {
    return await reportFindings(inventory, options, document, env);
  } catch (error) {
    if (error instanceof BrokerError && NO_DATA.has(error.code)) return error;
    throw error;
  }
}

const NO_DATA: ReadonlySet<string> = new Set(["ADVISORIES_MISSING", "ADVISORIES_INVALID"]);

function format(judged: JudgedImage, inventory: Inventory, name: string, document: DocumentOptions): string {
  const write = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  switch (name) {
    case "table":
      return formatFindings(judged);
    case "sarif":
      return write(toSarif(judged.active, document));
    case "cyclonedx":
      return write(addVulnerabilities(toCycloneDx(inventory, document), judged));
    default:
      return write({
        ...inventory,
        findings: judged.active,
        allowed: judged.allowed,
        excused: judged.excused,
        coverage: judged.report.coverage,
        setAside: judged.report.setAside,
        dataBuiltAt: judged.report.dataBuiltAt,
      });
  }
}
