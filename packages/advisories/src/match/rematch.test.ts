import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { describe, it, type TestContext } from "node:test";
import { buildAdvisoryStore } from "../feeds/build.ts";
import { type AdvisoryStore, openAdvisoryStore } from "../store/store.ts";
import { affected, debian, findingOf, inventoryOf, npm, packageOf, temporaryFolder } from "../test-support.ts";
import { packLookupKeys, type StoredMatch, selectConcerned } from "./concern.ts";
import { lookupKeys } from "./lookup-keys.ts";
import { matchInventory } from "./match.ts";
import { matchAgain, type PreviousMatch } from "./rematch.ts";

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
    const before = matchInventory(store, inventory);

    const { changes } = write("2026-02-01T00:00:00Z", "4.0.0");
    const again = matchAgain(store, inventory, before);

    assert.deepEqual(changes?.packages, [{ ecosystem: "npm", name: "lodash" }]);
    assert.deepEqual(
      before.findings.map(({ id }) => id),
      ["GHSA-1", "GHSA-2"],
    );
    assert.deepEqual(again.findings, matchInventory(store, inventory).findings);
    assert.deepEqual(
      again.findings.map(({ id }) => id),
      ["GHSA-2"],
    );
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

describe("bringing stored findings up to the present data", () => {
  /** A database that says this of lodash and qs, built over what the folder has. */
  function build(folder: string, at: string, lodashFix: string, extras: Readonly<Record<string, object>> = {}): void {
    mkdirSync(`${folder}/records`, { recursive: true });
    const put = (name: string, value: object) => writeFileSync(`${folder}/records/${name}`, JSON.stringify(value));
    const record = (id: string, name: string, fixed: string) => ({
      id,
      modified: fixed === lodashFix ? at : "2026-01-01T00:00:00Z",
      aliases: [id.replace("GHSA", "CVE-2026")],
      affected: [affected("npm", name, { introduced: "0" }, { fixed })],
    });
    put("1.json", record("GHSA-1", "lodash", lodashFix));
    put("2.json", record("GHSA-2", "qs", "9.0.0"));
    put("3.json", {
      ...record("DEBIAN-3", "bash", "9"),
      aliases: ["CVE-2026-3"],
      affected: [affected("Debian:12", "bash", { introduced: "0" })],
    });
    for (const [name, value] of Object.entries(extras)) put(name, value);
    buildAdvisoryStore(`${folder}/store/advisories.db`, { sources: [`${folder}/records`], builtAt: at });
  }
  const [first, second] = ["2026-01-10T00:00:00Z", "2026-02-10T00:00:00Z"];
  const kept = findingOf({
    id: "CVE-2026-2",
    summary: "as it was",
    package: { type: "npm", name: "qs", version: "6.0.0", purl: "" },
  });
  function prepare(t: TestContext) {
    const folder = temporaryFolder();
    build(folder, first, "5.0.0");
    const store = openAdvisoryStore(`${folder}/store/advisories.db`);
    t.after(() => {
      store.close();
      rmSync(folder, { recursive: true });
    });
    return { folder, store };
  }
  const both = inventoryOf(undefined, [npm("lodash", "4.0.0", "a"), npm("qs", "6.0.0", "b")]);

  it("matches what the update changed and leaves the rest alone", (t) => {
    const { folder, store } = prepare(t);
    build(folder, second, "4.5.0");

    const { findings, dataBuiltAt } = matchAgain(store, both, { findings: [kept], dataBuiltAt: first });

    assert.equal(dataBuiltAt, second);
    assert.deepEqual(
      findings.map(({ id, fixedVersion, summary }) => [id, fixedVersion, summary]),
      [
        ["CVE-2026-2", "4.17.21", "as it was"],
        ["CVE-2026-1", "4.5.0", undefined],
      ],
    );
  });

  it("takes a change of another ecosystem's record of the same flaw for a change of every package that has it", (t) => {
    const { folder, store } = prepare(t);
    const twin = (at: string, word: string) => ({
      id: "GHSA-TWIN",
      modified: at,
      aliases: ["CVE-2026-3"],
      database_specific: { severity: word },
      affected: [affected("npm", "elsewhere", { introduced: "0" })],
    });
    const inventory = inventoryOf({ id: "debian", versionId: "12" }, [debian("bash", "5")]);
    const renew = (at: string, word: string, previous: PreviousMatch) => {
      build(folder, at, "5.0.0", { "4.json": twin(at, word) });
      return matchAgain(store, inventory, previous, { now: new Date(second) });
    };

    const [appeared, changed] = [new Date(second), new Date("2026-03-10T00:00:00Z")].map((date) => date.toISOString());
    const one = renew(appeared ?? "", "LOW", { findings: [], dataBuiltAt: first });
    const other = renew(changed ?? "", "CRITICAL", one);

    assert.deepEqual(
      [one, other].map(({ findings }) => findings.map(({ id, severity }) => [id, severity])),
      [[["CVE-2026-3", "low"]], [["CVE-2026-3", "critical"]]],
    );
  });

  it("matches all when the data does not follow what the findings come from", (t) => {
    const { folder, store } = prepare(t);
    build(folder, second, "4.5.0");

    const { findings } = matchAgain(store, both, { findings: [kept], dataBuiltAt: "2025-12-01T00:00:00Z" });

    assert.deepEqual(findings, matchInventory(store, both).findings);
  });

  it("marks what has become known to be exploited, also where no record changed", (t) => {
    const { folder, store } = prepare(t);
    const vulnerabilities = [{ cveID: "CVE-2026-2", dateAdded: "2026-02-01" }];
    build(folder, second, "5.0.0", {
      "known_exploited_vulnerabilities.json": { catalogVersion: "1", vulnerabilities },
    });

    const inventory = inventoryOf(undefined, [npm("qs", "6.0.0", "b")]);
    const { findings } = matchAgain(store, inventory, { findings: [kept], dataBuiltAt: first });

    assert.deepEqual(
      findings.map(({ id, isKnownExploited }) => [id, isKnownExploited]),
      [["CVE-2026-2", true]],
    );
  });

  it("matches all of an image whose distribution has come to its end meanwhile", (t) => {
    const { folder, store } = prepare(t);
    build(folder, second, "4.5.0");
    const inventory = inventoryOf({ id: "debian", versionId: "12" }, [debian("bash", "5")]);

    const { findings } = matchAgain(
      store,
      inventory,
      { findings: [], dataBuiltAt: first },
      { now: new Date("2031-01-01") },
    );

    assert.deepEqual(
      findings.map(({ state }) => state),
      ["end_of_life"],
    );
  });

  it("takes a new word of Debian on a flaw for a change of its package", (t) => {
    const { folder, store } = prepare(t);
    const bookworm = { status: "open", urgency: "low", nodsa_reason: "ignored" };
    build(folder, second, "5.0.0", { "debian-tracker.json": { bash: { "CVE-2026-3": { releases: { bookworm } } } } });
    const inventory = inventoryOf({ id: "debian", versionId: "12" }, [debian("bash", "5")]);

    const { findings } = matchAgain(store, inventory, { findings: [], dataBuiltAt: first }, { now: new Date(second) });

    assert.deepEqual(
      findings.map(({ state }) => state),
      ["will_not_fix"],
    );
  });

  describe("is for those only that hold what changed,", () => {
    const [bookworm, python] = [{ id: "debian", versionId: "12" }, packageOf("pypi", "nobody-knows", "1.0")];
    const stored = [
      { name: "lodash", inventory: inventoryOf(undefined, [npm("lodash", "4.0.0", "a"), npm("qs", "6.0.0", "b")]) },
      { name: "qs", inventory: inventoryOf(undefined, [npm("qs", "6.0.0", "b")]) },
      { name: "bash", inventory: inventoryOf(bookworm, [debian("sh", "5", { name: "bash", version: "5" })]) },
      { name: "python", inventory: inventoryOf(undefined, [python]) },
    ].map(({ name, inventory }) => ({
      name,
      keys: packLookupKeys(inventory),
      operatingSystem: inventory.operatingSystem,
      dataBuiltAt: first,
    }));
    const concerned = (store: AdvisoryStore, of: readonly (StoredMatch & { name: string })[], now = second): string[] =>
      selectConcerned(store, of, new Date(now)).map(({ name }) => name);

    it("a package by any of its names, or an ecosystem that is there for the first time", (t) => {
      const { folder, store } = prepare(t);
      build(folder, second, "4.5.0", {
        "5.json": { id: "PYSEC-1", modified: second, affected: [affected("PyPI", "other", { introduced: "0" })] },
        "6.json": { id: "DEBIAN-6", modified: second, affected: [affected("Debian:12", "bash", { introduced: "9" })] },
      });

      assert.deepEqual(concerned(store, stored), ["lodash", "bash", "python"]);
    });

    it("a distribution whose end has come", (t) => {
      const { folder, store } = prepare(t);
      build(folder, second, "4.5.0");

      assert.deepEqual(concerned(store, stored), ["lodash"]);
      assert.deepEqual(concerned(store, stored, "2031-01-01"), ["lodash", "bash"]);
    });

    it("a flaw that has become known to be exploited", (t) => {
      const { folder, store } = prepare(t);
      const vulnerabilities = [{ cveID: "CVE-2026-2", dateAdded: "2026-02-01" }];
      const catalogue = { catalogVersion: "1", vulnerabilities };
      build(folder, second, "5.0.0", { "known_exploited_vulnerabilities.json": catalogue });

      assert.deepEqual(concerned(store, stored), ["lodash", "qs"]);
    });

    it("and for all where that cannot be told", (t) => {
      const { folder, store } = prepare(t);
      build(folder, second, "4.5.0");
      const unknown = stored.map((match) => ({ ...match, keys: undefined }));
      const older = stored.map((match) => ({ ...match, dataBuiltAt: "2025-12-01T00:00:00Z" }));

      assert.equal(concerned(store, unknown).length, stored.length);
      assert.equal(concerned(store, older).length, stored.length);
    });
  });
});
