import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { buildSampleStore } from "../sample.ts";
import { type AdvisoryStore, openAdvisoryStore } from "../store/store.ts";
import { debian, inventoryOf, npm, temporaryFolder } from "../test-support.ts";
import { matchInventory } from "./match.ts";

describe("matching the sample advisories", () => {
  const folder = temporaryFolder();
  let store: AdvisoryStore;
  before(() => {
    buildSampleStore(`${folder}/advisories.db`);
    store = openAdvisoryStore(`${folder}/advisories.db`);
  });
  after(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });

  it("judges a Debian package by its source version", () => {
    const fixed = debian("libssl3", "3.0.17-1~deb12u2", { name: "openssl", version: "3.0.17-1~deb12u2" });
    const old = debian("bsdutils", "1:2.38.1-5+b1", { name: "util-linux", version: "2.38.1-5" });

    const { findings } = matchInventory(store, inventoryOf({ id: "debian", versionId: "12" }, [fixed, old]));

    const rows = findings
      .filter(({ package: found }) => found.name === "bsdutils")
      .map(({ id, state, fixedVersion }) => ({ id, state, fixedVersion }));
    assert.deepEqual(rows, [
      { id: "CVE-2022-0563", state: "affected", fixedVersion: undefined },
      { id: "CVE-2024-28085", state: "fixed", fixedVersion: "2.38.1-5+deb12u1" },
    ]);
    assert.ok(!findings.some(({ id }) => id === "CVE-2023-2975"));
  });

  it("shows the publisher's severity with its source", () => {
    const { findings } = matchInventory(
      store,
      inventoryOf({ id: "debian", versionId: "12" }, [debian("coreutils", "9.1-1")]),
    );

    const [finding] = findings;
    assert.deepEqual([finding?.severity, finding?.severitySource, finding?.state], ["low", "debian", "will_not_fix"]);
  });

  it("merges one package at two places into one finding with two locations", () => {
    const packages = [npm("lodash", "4.17.4", "app/a/package.json"), npm("lodash", "4.17.4", "app/b/package.json")];

    const { findings } = matchInventory(store, inventoryOf(undefined, packages));

    const locations = findings.find(({ id }) => id === "CVE-2018-16487")?.locations;
    assert.deepEqual(locations, ["app/a/package.json", "app/b/package.json"]);
    assert.equal(findings.length, 2);
  });

  it("says that an unknown release and an unknown ecosystem were not judged", () => {
    const packages = [debian("openssl", "3.0.9-1"), { ...npm("x", "1.0.0", "x"), type: "gem" as const }];

    const { findings, coverage } = matchInventory(store, inventoryOf({ id: "debian", versionId: "99" }, packages));

    assert.deepEqual(findings, []);
    assert.deepEqual(
      coverage.map(({ subject, state, packages: count }) => [subject, state, count]),
      [
        ["distribution", "not_covered", 1],
        ["gem", "covered", 1],
      ],
    );
  });
});
