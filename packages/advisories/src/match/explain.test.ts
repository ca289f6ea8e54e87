import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { affected, debian, inventoryOf, packageOf, storeOf } from "../test-support.ts";
import { explainFinding } from "./explain.ts";

describe("explaining a finding", () => {
  it("says by which record, range and mapping a package matched, and why another did not", (t) => {
    const record = {
      id: "DEBIAN-CVE-2020-1",
      upstream: ["CVE-2020-1"],
      affected: [affected("Debian:12", "util-linux", { introduced: "0" }, { fixed: "2.39" })],
    };
    const { store, remove } = storeOf([record]);
    t.after(remove);
    const old = debian("bsdutils", "1:2.38.1-5+b1", { name: "util-linux", version: "2.38.1-5" });
    const inventory = inventoryOf({ id: "debian", versionId: "12" }, [old, debian("util-linux", "2.39-1")]);

    const { decisions, records } = explainFinding(store, inventory, "CVE-2020-1");

    assert.deepEqual(
      records.map(({ id }) => id),
      ["DEBIAN-CVE-2020-1"],
    );
    assert.deepEqual(
      decisions.map(({ outcome, mapping, reason }) => ({ outcome, mapping, reason })),
      [
        {
          outcome: "matched",
          mapping: "deb package bsdutils, built from util-linux 2.38.1-5",
          reason: "2.38.1-5 is in the range from 0, fixed in 2.39 (dpkg order)",
        },
        {
          outcome: "not_in_range",
          mapping: "deb package util-linux",
          reason: "2.39-1 is outside the affected range (from 0, fixed in 2.39)",
        },
      ],
    );
  });

  it("says what would have matched had the distribution not owned it", (t) => {
    const { store, remove } = storeOf([], "PYSEC-2024-1.json");
    t.after(remove);
    const owned = packageOf("pypi", "gratient", "0.5", { ownedBy: "pkg:deb/debian/python3-gratient@0.5-1" });

    const { decisions } = explainFinding(store, inventoryOf(undefined, [owned]), "PYSEC-2024-1");

    assert.equal(decisions[0]?.outcome, "owned");
    assert.match(decisions[0]?.reason ?? "", /by its number it would match/);
  });

  it("finds withdrawn records, which explain findings that went away", (t) => {
    const { store, remove } = storeOf([], "GO-2024-2442.json");
    t.after(remove);
    const found = packageOf("golang", "teleport", "v1.0.0", { namespace: "github.com/gravitational" });

    const { decisions } = explainFinding(store, inventoryOf(undefined, [found]), "GHSA-76cc-p55w-63g3");

    assert.deepEqual(
      decisions.map(({ outcome }) => outcome),
      ["withdrawn"],
    );
  });

  it("knows nothing of an id that no record has", (t) => {
    const { store, remove } = storeOf([], "GO-2024-2442.json");
    t.after(remove);

    const { records, decisions } = explainFinding(store, inventoryOf(undefined, []), "CVE-1999-0001");

    assert.deepEqual([records, decisions], [[], []]);
  });
});
