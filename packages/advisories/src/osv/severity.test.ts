import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resolveSeverity } from "../match/severity.ts";
import { cvssBand, scoreCvss } from "./cvss.ts";
import { severityOfWord } from "./severity.ts";

describe("CVSS", () => {
  it("is scored by base metrics alone, in every version", () => {
    assert.equal(scoreCvss("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/E:P/RL:O/RC:C")?.score, 7.5);
    assert.equal(scoreCvss("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H")?.score, 10);
    assert.equal(scoreCvss("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N")?.score, 9.3);
    assert.equal(scoreCvss("AV:N/AC:L/Au:N/C:P/I:P/A:P")?.score, 7.5);
  });

  it("is nothing when the vector is incomplete, unknown or no vector", () => {
    for (const text of ["CVSS:3.1/AV:N", "CVSS:9.9/AV:N", "CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "7.5", ""])
      assert.equal(scoreCvss(text), undefined);
  });

  it("falls into the bands of its version", () => {
    const bands = [0, 0.1, 4, 7, 9].map((score) => cvssBand({ version: 3, score }));

    assert.deepEqual(bands, ["none", "low", "medium", "high", "critical"]);
    assert.equal(cvssBand({ version: 2, score: 10 }), "high");
  });
});

describe("severity", () => {
  const score = (vector: string) => scoreCvss(vector);
  const critical = score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");

  it("knows the words of vendors, and none where they say nothing", () => {
    assert.deepEqual(["Moderate", "IMPORTANT", "unimportant", "medium**"].map(severityOfWord), [
      "medium",
      "high",
      "negligible",
      "medium",
    ]);
    assert.deepEqual(["not yet assigned", "end-of-life", undefined].map(severityOfWord), [
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is the distribution's word for its packages and the score for others, with its source", () => {
    const voices = [{ id: "DEBIAN-CVE-1", severity: { cvss: critical, word: "low" as const, wordSource: "debian" } }];

    assert.deepEqual(resolveSeverity(voices, [], true).severitySource, "debian");
    assert.deepEqual(resolveSeverity(voices, [], false).severitySource, "cvss:DEBIAN-CVE-1");
    assert.equal(resolveSeverity(voices, [], true).cvss?.score, 9.8);
  });
});
