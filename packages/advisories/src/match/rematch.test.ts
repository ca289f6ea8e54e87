import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { buildAdvisoryStore } from "../feeds/build.ts";
import { openAdvisoryStore } from "../store/store.ts";
import { affected, debian, inventoryOf, npm, temporaryFolder } from "../test-support.ts";
import { lookupKeys } from "./lookup-keys.ts";
import { matchInventory } from "./match.ts";
import { rematchInventory } from "./rematch.ts";

describe("matching again after an update", () => {
  it("concerns the changed packages only and keeps the findings of the others", (t) => {
    const folder = temporaryFolder();
    t.after(() => rmSync(folder, { recursive: true }));
    const path = `${folder}/store/advisories.db`;
    const write = (modified: string, fixed: string) => {
      mkdirSync(`${folder}/records`, { recursive: true });
      const record = (id: string, name: string, at: string, fix: string) => ({
        id,
        modified: at,
        affected: [affected("npm", name, { introduced: "0" }, { fixed: fix })],
      });
      writeFileSync(`${folder}/records/1.json`, JSON.stringify(record("GHSA-1", "lodash", modified, fixed)));
      writeFileSync(
        `${folder}/records/2.json`,
        JSON.stringify(record("GHSA-2", "qs", "2026-01-01T00:00:00Z", "9.0.0")),
      );
      return buildAdvisoryStore(path, { sources: [`${folder}/records`] });
    };
    write("2026-01-01T00:00:00Z", "5.0.0");
    const store = openAdvisoryStore(path);
    t.after(() => store.close());
    const inventory = inventoryOf(undefined, [npm("lodash", "4.0.0", "a"), npm("qs", "6.0.0", "b")]);
    const before = matchInventory(store, inventory).findings;

    const { changes } = write("2026-02-01T00:00:00Z", "4.0.0");
    const again = rematchInventory(store, inventory, before, changes?.packages ?? []);

    assert.deepEqual(changes?.packages, [{ ecosystem: "npm", name: "lodash" }]);
    assert.deepEqual(
      before.map(({ id }) => id),
      ["GHSA-1", "GHSA-2"],
    );
    assert.deepEqual(again?.findings, matchInventory(store, inventory).findings);
    assert.deepEqual(
      again?.findings.map(({ id }) => id),
      ["GHSA-2"],
    );
  });

  it("says nothing about inventories without a changed package", (t) => {
    const folder = temporaryFolder();
    t.after(() => rmSync(folder, { recursive: true }));
    const store = openAdvisoryStore(`${folder}/none.db`);

    const changes = [{ ecosystem: "npm", name: "other" }];

    assert.equal(rematchInventory(store, inventoryOf(undefined, [npm("x", "1.0.0", "x")]), [], changes), undefined);
  });

  it("finds inventories by every name that their packages may be listed under", () => {
    const found = debian("libssl3", "3.0.9-1", { name: "openssl", version: "3.0.9-1" });

    const keys = lookupKeys(inventoryOf({ id: "debian", versionId: "12" }, [found]));

    assert.deepEqual(keys, [
      { ecosystem: "Debian:12", name: "openssl" },
      { ecosystem: "Debian", name: "openssl" },
    ]);
  });
});
