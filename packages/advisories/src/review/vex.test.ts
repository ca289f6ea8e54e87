import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BrokerError } from "@tidewaiter/runtime";
import { findingOf } from "../test-support.ts";
import { applyVex } from "./apply-vex.ts";
import { readVexDocument } from "./vex.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const lodash = findingOf({ id: "CVE-2021-23337", aliases: ["GHSA-35jh-r3h4-6jhm"] });

function openVex(...statements: object[]) {
  return { "@context": "https://openvex.dev/ns/v0.2.0", author: "Ada", timestamp: "2026-01-01T00:00:00Z", statements };
}

describe("VEX documents", () => {
  it("hide what OpenVEX calls not affected, by alias and by package without version", () => {
    const document = openVex({
      vulnerability: { name: "GHSA-35jh-r3h4-6jhm" },
      products: [{ "@id": "pkg:npm/lodash" }],
      status: "not_affected",
      justification: "vulnerable_code_not_in_execute_path",
    });

    const { active, suppressed } = applyVex([lodash], readVexDocument(document));

    assert.equal(active.length, 0);
    assert.equal(suppressed[0]?.finding.state, "not_affected");
    assert.equal(suppressed[0]?.statement.justification, "vulnerable_code_not_in_execute_path");
  });

  it("let the newest statement win", () => {
    const about = { vulnerability: { name: "CVE-2021-23337" }, products: [{ "@id": "pkg:npm/lodash" }] };
    const document = openVex(
      { ...about, status: "not_affected", justification: "x", timestamp: "2026-01-01T00:00:00Z" },
      { ...about, status: "affected", timestamp: "2026-02-01T00:00:00Z" },
    );

    assert.equal(applyVex([lodash], readVexDocument(document)).active.length, 1);
  });

  it("hold for subcomponents in the image that they name only", () => {
    const product = `pkg:oci/api@${DIGEST.replace(":", "%3A")}`;
    const document = openVex({
      vulnerability: { name: "CVE-2021-23337" },
      products: [{ "@id": product, subcomponents: [{ "@id": "pkg:npm/lodash@4.17.4" }] }],
      status: "fixed",
    });
    const statements = readVexDocument(document);

    assert.equal(applyVex([lodash], statements, { digest: DIGEST }).suppressed.length, 1);
    assert.equal(applyVex([lodash], statements, { digest: `sha256:${"b".repeat(64)}` }).suppressed.length, 0);
  });

  it("refuse not_affected without a justification", () => {
    const document = openVex({ vulnerability: { name: "CVE-1" }, products: [], status: "not_affected" });

    assert.throws(
      () => readVexDocument(document),
      (error) => error instanceof BrokerError && error.code === "INPUT_INVALID",
    );
  });

  it("are read from CycloneDX, where references name components", () => {
    const document = {
      bomFormat: "CycloneDX",
      specVersion: "1.5",
      components: [{ "bom-ref": "c1", purl: "pkg:npm/lodash@4.17.4" }],
      vulnerabilities: [
        {
          id: "CVE-2021-23337",
          analysis: { state: "not_affected", justification: "code_not_reachable" },
          affects: [{ ref: "c1" }],
        },
      ],
    };

    assert.equal(applyVex([lodash], readVexDocument(document)).suppressed.length, 1);
  });

  it("mark what is being looked into", () => {
    const document = openVex({
      vulnerability: "CVE-2021-23337",
      products: [{ "@id": "pkg:npm/lodash" }],
      status: "under_investigation",
    });

    const { active } = applyVex([{ ...lodash, state: "affected" }], readVexDocument(document));

    assert.deepEqual(
      active.map(({ state }) => state),
      ["under_investigation"],
    );
  });

  it("of other kinds are refused", () => {
    assert.throws(
      () => readVexDocument({ hello: 1 }),
      (error) => error instanceof BrokerError && error.code === "INPUT_INVALID",
    );
  });
});
