import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type AdvisoryStore, buildSampleStore, explainFinding, openAdvisoryStore } from "@tidewaiter/advisories";
import { type Inventory, toCycloneDx } from "@tidewaiter/inventory";
import { BrokerError } from "@tidewaiter/runtime";
import { addVulnerabilities } from "./cyclonedx.ts";
import { formatExplanation } from "./explanation.ts";
import { enforceGate } from "./gate.ts";
import { judgeImage } from "./judge-image.ts";
import { formatFindings } from "./table.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

function inventoryOf(...packages: Pick<Inventory["packages"][number], "type" | "name" | "version">[]): Inventory {
  const full = packages.map((found) => ({
    ...found,
    purl: `pkg:${found.type}/${found.name}@${found.version}`,
    locations: [{ path: found.name, layer: DIGEST }],
  }));
  return {
    schema: 1,
    analyser: "test",
    image: { digest: DIGEST, platform: "linux/amd64", sizeBytes: 1 },
    layers: [],
    packages: full,
    problems: [],
  };
}

describe("findings on the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "findings-"));
  let store: AdvisoryStore;
  before(() => {
    buildSampleStore(join(folder, "advisories.db"));
    store = openAdvisoryStore(join(folder, "advisories.db"));
  });
  after(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const lodash = inventoryOf({ type: "npm", name: "lodash", version: "4.17.4" });

  it("are a table with what could not be judged below it", async () => {
    const judged = await judgeImage(
      store,
      {
        ...lodash,
        packages: [...lodash.packages, ...inventoryOf({ type: "conda", name: "x", version: "1" }).packages],
      },
      {},
    );

    const lines = formatFindings(judged).split("\n");

    assert.match(lines[0] ?? "", /^SEVERITY +ID +PACKAGE +INSTALLED +FIXED +LAYER +STATE$/);
    assert.match(lines[1] ?? "", /^medium +CVE-2018-16487 +lodash +4\.17\.4 +4\.17\.11 +a{12} +fixed$/);
    assert.ok(lines.some((line) => line.startsWith("NO DATA") && line.includes("conda")));
  });

  it("break the policy at the severity that it names, and not below", async () => {
    const judged = await judgeImage(store, lodash, {});

    assert.equal(enforceGate(judged, { failOn: "high", countsUnknown: false }), undefined);
    assert.throws(
      () => enforceGate(judged, { failOn: "medium", countsUnknown: false }),
      (error) => error instanceof BrokerError && error.exitCode === 3 && error.message.includes("CVE-2018-16487"),
    );
  });

  it("let no image pass of which nothing could be judged", async () => {
    const judged = await judgeImage(store, inventoryOf({ type: "conda", name: "x", version: "1" }), {});

    assert.throws(() => enforceGate(judged, { failOn: "high", countsUnknown: false }), BrokerError);
  });

  it("are taken out of sight by an allow list, and stay in the table below", async () => {
    const allow = join(folder, "allow.json");
    const createdAt = new Date().toISOString();
    writeFileSync(
      allow,
      JSON.stringify([{ vulnerability: "NSWG-ECO-493", reason: "not reachable", author: "ada", createdAt }]),
    );

    const judged = await judgeImage(store, lodash, { allow: [allow] });

    assert.deepEqual(
      judged.active.map(({ id }) => id),
      ["CVE-2018-3721"],
    );
    assert.match(formatFindings(judged), /^allowed +CVE-2018-16487 +lodash 4\.17\.4 +not reachable \(ada\)$/m);
  });

  it("stand in a CycloneDX document with references to its components", async () => {
    const judged = await judgeImage(store, lodash, {});
    const bom = toCycloneDx(lodash, { name: "x", toolVersion: "0", createdAt: new Date() });

    const { vulnerabilities, components } = addVulnerabilities(bom, judged) as {
      vulnerabilities: { id: string; affects: { ref: string }[] }[];
      components: { "bom-ref": string }[];
    };

    const refs = new Set(components.map((component) => component["bom-ref"]));
    assert.deepEqual(
      vulnerabilities.map(({ id }) => id),
      ["CVE-2018-16487", "CVE-2018-3721"],
    );
    assert.ok(vulnerabilities.every(({ affects }) => affects.every(({ ref }) => refs.has(ref))));
  });

  it("are explained", () => {
    const text = formatExplanation(explainFinding(store, lodash, "CVE-2018-16487"));

    assert.match(text, /matched {2}pkg:npm\/lodash@4\.17\.4/);
    assert.match(text, /4\.17\.4 is in the range from 0, fixed in 4\.17\.11/);
  });
});
