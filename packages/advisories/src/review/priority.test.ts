import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findingOf } from "../test-support.ts";
import { isEpssStale, priorityOf } from "./priority.ts";
import { upgradeTarget } from "./upgrade.ts";

describe("priority of findings", () => {
  it("puts known exploited flaws above all others, and a fix above none", () => {
    const exploited = priorityOf(findingOf({ isKnownExploited: true, fixedVersion: undefined }));
    const likely = priorityOf(
      findingOf({ epss: { score: 0.9, percentile: 0.99, date: "2026-11-20" }, cvss: { score: 9.8, vector: "" } }),
    );

    assert.ok(exploited > likely);
    assert.ok(priorityOf(findingOf({ fixedVersion: "2" })) > priorityOf(findingOf({ fixedVersion: undefined })));
  });

  it("calls EPSS scores stale after a week", () => {
    const now = new Date("2026-11-24T00:00:00Z");

    assert.deepEqual(
      [isEpssStale("2026-11-20", now), isEpssStale("2026-11-10", now), isEpssStale("", now)],
      [false, true, true],
    );
  });

  it("names the version that ends all findings of a package", () => {
    const fixes = ["3.0.9-1", "3.0.11-1~deb12u2", "3.0.10-1"];
    const findings = fixes.map((fixedVersion) =>
      findingOf({ fixedVersion, package: { type: "deb", name: "openssl", version: "3.0.8-1", purl: "" } }),
    );

    assert.equal(upgradeTarget(findings), "3.0.11-1~deb12u2");
  });
});
