import type { Coverage, SetAside } from "@tidewaiter/advisories";
import { type Finding, SEVERITIES } from "@tidewaiter/inventory";
import { printableLine } from "@tidewaiter/runtime";
import type { JudgedImage } from "./judge-image.ts";

const HEAD = ["SEVERITY", "ID", "PACKAGE", "INSTALLED", "FIXED", "LAYER", "STATE"];
const MAX_CELL = 48;
/** Here the namespace is the distribution, which every row would repeat. */
const SYSTEM_TYPES: ReadonlySet<string> = new Set(["deb", "apk", "rpm"]);

/** Findings for people, worst first, and below them what was hidden and what could not be judged. */
export function formatFindings({ active, allowed, excused, report }: JudgedImage): string {
  const rows = active.filter(({ kind }) => kind !== "notice").map(cells);
  const lines = [
    ...(rows.length > 0 ? [...formatRows([HEAD, ...rows]), "", formatCounts(active)] : ["No findings."]),
    "",
    ...active.filter(({ kind }) => kind === "notice").map(formatNotice),
    ...allowed.map(
      ({ finding, by }) => `allowed     ${nameOf(finding)}  ${printableLine(by.reason)} (${printableLine(by.author)})`,
    ),
    ...excused.map(
      ({ finding, statement }) =>
        `${statement.status === "fixed" ? "fixed" : "not affected"}  ${nameOf(finding)}  ${printableLine(statement.justification ?? "by VEX")}`,
    ),
    ...report.coverage.map(formatCoverage),
    ...report.setAside.map(formatSetAside),
    `advisories of ${report.dataBuiltAt}`,
    "",
  ];
  return lines.join("\n");
}

function formatCounts(active: readonly Finding[]): string {
  const counted = active.filter(({ kind }) => kind !== "notice");
  const counts = SEVERITIES.map((name) => [counted.filter(({ severity }) => severity === name).length, name] as const);
  const parts = counts.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  const fixable = counted.filter(({ fixedVersion }) => fixedVersion !== undefined).length;
  return `findings    ${counted.length}: ${parts.join(", ")}; ${fixable} with a fix`;
}

function cells(finding: Finding): string[] {
  const { severity, id, package: found, fixedVersion, layer, state, kind, isKnownExploited, isLowConfidence } = finding;
  const marks = `${isKnownExploited ? " exploited" : ""}${isLowConfidence ? " uncertain" : ""}${kind === "malware" ? " malware" : ""}`;
  const name = found.namespace && !SYSTEM_TYPES.has(found.type) ? `${found.namespace}/${found.name}` : found.name;
  return [
    severity,
    id,
    name,
    found.version,
    fixedVersion ?? "",
    (layer ?? "").replace("sha256:", "").slice(0, 12),
    `${state}${marks}`,
  ];
}

function formatRows(rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map((row) => row.map((cell) => printableLine(cell).slice(0, MAX_CELL)));
  const widths = HEAD.map((_, at) => Math.max(...clean.map((row) => row[at]?.length ?? 0)));
  return clean.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function formatNotice(finding: Finding): string {
  return `notice      ${nameOf(finding)}  ${printableLine(finding.summary ?? "")}`;
}

function nameOf({ id, package: found }: Finding): string {
  return `${printableLine(id)}  ${printableLine(found.name)} ${printableLine(found.version)}`;
}

const STATES: Readonly<Record<Coverage["state"], string>> = {
  covered: "covered",
  not_covered: "NO DATA",
  end_of_life: "END OF LIFE",
};

function formatCoverage({ state, packages, message }: Coverage): string {
  return `${STATES[state].padEnd(11)} ${printableLine(message)} (packages: ${packages})`;
}

function formatSetAside({ packages, message }: SetAside): string {
  return `set aside   ${packages} ${message}`;
}
