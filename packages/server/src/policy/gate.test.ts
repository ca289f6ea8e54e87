import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingRow } from "../api/contract/images.ts";
import type { ImageRow } from "../images/image-reader.ts";
import { type GateQuestion, judge } from "./gate.ts";

const NOW = Date.parse("2026-11-24T00:00:00Z");
const QUESTION: GateQuestion = {
  reference: "a:1",
  severity: "high",
  onlyFixable: false,
  graceDays: 0,
  partial: "unknown",
};
const IMAGE = {
  id: "i",
  connection_id: "c",
  repository: "a",
  digest: "sha256:0",
  coverage: "full",
  matched_at: NOW,
} as ImageRow;
const FINDING: FindingRow = {
  id: "CVE-2026-1",
  aliases: [],
  kind: "vulnerability",
  severity: "high",
  severitySource: "nvd",
  package: { type: "deb", name: "zlib", version: "1", purl: "pkg:deb/debian/zlib@1" },
  state: "affected",
  locations: [],
  isKnownExploited: false,
  isLowConfidence: false,
  references: [],
  publishedAt: "2026-11-20T00:00:00Z",
  key: "k",
  since: "2026-11-20T00:00:00Z",
  isNew: false,
  allowed: null,
};

describe("gate", () => {
  const verdict = (rows: readonly FindingRow[], question: Partial<GateQuestion> = {}, image: Partial<ImageRow> = {}) =>
    judge({ ...IMAGE, ...image }, rows, { ...QUESTION, ...question }, NOW).verdict;

  it("denies from the chosen severity on, and names what stands against the image", () => {
    const answer = judge(IMAGE, [FINDING], QUESTION, NOW);

    assert.equal(answer.verdict, "deny");
    assert.deepEqual(answer.findings, [
      { id: "CVE-2026-1", severity: "high", package: "zlib", version: "1", fixedVersion: null },
    ]);
  });

  it("allows what is below the severity, allowed by the list, or only a notice", () => {
    const allowed = { entryId: "e", reason: "", expiresAt: null };

    assert.equal(verdict([{ ...FINDING, severity: "medium" }]), "allow");
    assert.equal(verdict([{ ...FINDING, allowed }]), "allow");
    assert.equal(verdict([{ ...FINDING, kind: "notice" }]), "allow");
  });

  it("leaves out what has no fix, when only fixable findings count", () => {
    assert.equal(verdict([FINDING], { onlyFixable: true }), "allow");
    assert.equal(verdict([{ ...FINDING, fixedVersion: "2" }], { onlyFixable: true }), "deny");
  });

  it("gives new advisories a grace period", () => {
    assert.equal(verdict([FINDING], { graceDays: 7 }), "allow");
    assert.equal(verdict([FINDING], { graceDays: 3 }), "deny");
  });

  it("does not count unknown severities unless they are asked for", () => {
    assert.equal(verdict([{ ...FINDING, severity: "unknown" }]), "allow");
    assert.equal(verdict([{ ...FINDING, severity: "unknown" }], { severity: "unknown" }), "deny");
  });

  it("says unknown where nobody looked, and lets a partial look pass only when asked", () => {
    assert.equal(verdict([], {}, { coverage: null }), "unknown");
    assert.equal(verdict([], {}, { coverage: "none" }), "unknown");
    assert.equal(verdict([], {}, { coverage: "partial" }), "unknown");
    assert.equal(verdict([], { partial: "allow" }, { coverage: "partial" }), "allow");
  });

  it("denies a partly covered image for what was found", () => {
    assert.equal(verdict([FINDING], {}, { coverage: "partial" }), "deny");
  });
});
