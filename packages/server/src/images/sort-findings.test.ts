import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingRow, FindingSort } from "../api/contract/images.ts";
import { sortFindings } from "./sort-findings.ts";

const ROWS: readonly FindingRow[] = [
  row("CVE-1", { severity: "critical", name: "zlib", since: "2026-01-01T00:00:00.000Z", score: 0.1 }),
  row("CVE-2", { severity: "low", name: "bash", since: "2026-03-01T00:00:00.000Z", score: 0.9 }),
  row("CVE-3", { severity: "high", name: "curl", since: "2026-02-01T00:00:00.000Z" }),
];

describe("sortFindings", () => {
  for (const [sort, expected] of [
    ["severity", "CVE-1 CVE-3 CVE-2"],
    ["package", "CVE-2 CVE-3 CVE-1"],
    ["since", "CVE-2 CVE-3 CVE-1"],
    ["epss", "CVE-2 CVE-1 CVE-3"],
  ] as const satisfies readonly (readonly [FindingSort, string])[]) {
    it(`puts first what comes first by ${sort}`, () => {
      const sorted = sortFindings(ROWS, sort);

      assert.equal(sorted.map(({ id }) => id).join(" "), expected);
    });
  }
});

interface Given {
  readonly severity: FindingRow["severity"];
  readonly name: string;
  readonly since: string;
  readonly score?: number;
}

function row(id: string, { severity, name, since, score }: Given): FindingRow {
  return {
    id,
    aliases: [],
    kind: "vulnerability",
    severity,
    severitySource: "debian",
    package: { type: "deb", name, version: "1", purl: `pkg:deb/debian/${name}@1` },
    state: "affected",
    locations: [],
    isKnownExploited: false,
    ...(score !== undefined && { epss: { score, percentile: score, date: "2026-01-01" } }),
    isLowConfidence: false,
    references: [],
    key: id,
    since,
    isNew: false,
    allowed: null,
  };
}
