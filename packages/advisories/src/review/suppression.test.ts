import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Finding } from "@tidewaiter/inventory";
import { findingOf } from "../test-support.ts";
import { applySuppressions, type Suppression, suppressionSchema } from "./suppression.ts";

const NOW = new Date("2026-11-24T00:00:00Z");
const lodash = findingOf({ id: "CVE-2021-23337", aliases: ["GHSA-35jh-r3h4-6jhm"] });

function entry(fields: Partial<Suppression>): Suppression {
  return suppressionSchema.parse({
    reason: "not reachable",
    author: "ada",
    createdAt: "2026-11-01T00:00:00Z",
    ...fields,
  });
}

function suppressed(finding: Finding, fields: Partial<Suppression>, context = {}): boolean {
  return applySuppressions([finding], [entry(fields)], { now: NOW, ...context }).suppressed.length === 1;
}

describe("allow lists", () => {
  it("hold for every id of the alias group, by id or glob", () => {
    assert.ok(suppressed(lodash, { vulnerability: "CVE-2021-23337" }));
    assert.ok(suppressed(lodash, { vulnerability: "GHSA-35jh-r3h4-6jhm" }));
    assert.ok(suppressed(lodash, { vulnerability: "cve-2021-*" }));
    assert.ok(!suppressed(lodash, { vulnerability: "CVE-2021-2333" }));
  });

  it("hold for packages by name, glob and purl with or without version", () => {
    assert.ok(suppressed(lodash, { package: "lodash" }));
    assert.ok(suppressed(lodash, { package: "lod*" }));
    assert.ok(suppressed(lodash, { package: "pkg:npm/lodash" }));
    assert.ok(suppressed(lodash, { package: "pkg:npm/lodash@4.17.4" }));
    assert.ok(!suppressed(lodash, { package: "pkg:npm/lodash@4.17.5" }));
  });

  it("hold for a path only when all places of the package are under it", () => {
    assert.ok(suppressed(lodash, { path: "app/**" }));
    assert.ok(!suppressed({ ...lodash, locations: ["app/package.json", "srv/package.json"] }, { path: "app/**" }));
  });

  it("hold in the repositories and up to the severity that they name", () => {
    assert.ok(suppressed(lodash, { package: "lodash", repository: "shop/*" }, { repository: "shop/api" }));
    assert.ok(!suppressed(lodash, { package: "lodash", repository: "shop/*" }, { repository: "base/api" }));
    assert.ok(!suppressed(lodash, { package: "lodash", maxSeverity: "medium" }));
    assert.ok(suppressed(lodash, { package: "lodash", maxSeverity: "high" }));
  });

  it("end at their date, or 90 days after they were made", () => {
    const ended = entry({ package: "lodash", expiresAt: "2026-11-23T00:00:00Z" });
    const old = entry({ package: "lodash", createdAt: "2026-08-01T00:00:00Z" });

    const { active, expired } = applySuppressions([lodash], [ended, old], { now: NOW });

    assert.deepEqual([active.length, expired.length], [1, 2]);
  });

  it("are announced two weeks before they end", () => {
    const soon = entry({ package: "lodash", expiresAt: "2026-12-01T00:00:00Z" });

    assert.deepEqual(applySuppressions([lodash], [soon], { now: NOW }).expiring, [soon]);
  });

  it("must say what they are about", () => {
    assert.ok(!suppressionSchema.safeParse({ reason: "x", author: "x", createdAt: "2026-11-01T00:00:00Z" }).success);
  });
});
