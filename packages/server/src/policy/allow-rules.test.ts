import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findRule, parseAdvisoryIds } from "./allow-rules.ts";

const RULE = { id: "r", advisory: "CVE-2024-1", package: null, reason: "", expiresAt: null };
const FINDING = { ids: ["GHSA-xxxx", "CVE-2024-1"], package: "zlib" };

describe("allow rules", () => {
  it("reads ids parted by commas, blanks or lines, each once, in any case", () => {
    assert.deepEqual(parseAdvisoryIds("cve-2024-1, CVE-2024-2\nCVE-2024-1;ghsa-abc\r\n"), [
      "CVE-2024-1",
      "CVE-2024-2",
      "GHSA-ABC",
    ]);
  });

  it("hide a finding by any id of its group", () => {
    assert.equal(findRule([RULE], FINDING, 0), RULE);
  });

  it("hold for one package where they name one", () => {
    assert.equal(findRule([{ ...RULE, package: "openssl" }], FINDING, 0), undefined);
    assert.ok(findRule([{ ...RULE, package: "zlib" }], FINDING, 0));
  });

  it("end at their time", () => {
    assert.ok(findRule([{ ...RULE, expiresAt: 10 }], FINDING, 9));
    assert.equal(findRule([{ ...RULE, expiresAt: 10 }], FINDING, 10), undefined);
  });
});
