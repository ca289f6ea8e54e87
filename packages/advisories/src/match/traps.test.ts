import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Finding, Inventory, OperatingSystem, Package } from "@tidewaiter/inventory";
import { affected, debian, inventoryOf, packageOf, storeOf } from "../test-support.ts";
import { type MatchOptions, type MatchReport, matchInventory } from "./match.ts";

const NOW = new Date("2026-11-24T00:00:00Z");

/** Matches an inventory against made documents and real records from the sample's trap folder. */
function match(
  t: TestContext,
  inventory: Inventory,
  documents: readonly object[],
  ...files: readonly string[]
): MatchReport {
  return matchWith(t, inventory, { now: NOW }, documents, ...files);
}

function matchWith(
  t: TestContext,
  inventory: Inventory,
  options: MatchOptions,
  documents: readonly object[],
  ...files: readonly string[]
): MatchReport {
  const { store, remove } = storeOf(documents, ...files);
  t.after(remove);
  return matchInventory(store, inventory, options);
}

const ids = (findings: readonly Finding[]): string[] => findings.map(({ id }) => id).sort();
const alma8: OperatingSystem = { id: "almalinux", versionId: "8.10" };

function rpm(name: string, version: string, more: Partial<Package> = {}): Package {
  return packageOf("rpm", name, version, more);
}

// No record of the sample or of the larger set it was cut from is malware, a bug-fix bulletin, of Ubuntu, of Alpine edge or
// with numbers beyond 64 bits in a package range: those traps stand on made records.
describe("traps of matching, on real records where the sample has them", () => {
  it("judges AlmaLinux by the binary name and reads its CVEs from related", (t) => {
    const found = rpm("nodejs", "1:14.19.0-1.module_el8.6.0+3000+aaaaaaaa", { module: "nodejs:14:8060020220101:ctx" });

    const { findings } = match(t, inventoryOf(alma8, [found]), [], "ALSA-2022_6448.json");

    assert.deepEqual(ids(findings), [
      "CVE-2022-32212",
      "CVE-2022-32213",
      "CVE-2022-32214",
      "CVE-2022-32215",
      "CVE-2022-33987",
    ]);
    assert.deepEqual([findings[0]?.severity, findings[0]?.severitySource], ["medium", "alsa"]);
    assert.ok(findings.every(({ aliases }) => aliases.includes("ALSA-2022:6448")));
  });

  it("does not hold a fix of one module stream against another", (t) => {
    const node12 = rpm("nodejs", "1:12.22.12-1.module_el8.6.0+3000+aaaaaaaa", {
      module: "nodejs:12:8060020220101:ctx",
    });

    const { findings } = match(t, inventoryOf(alma8, [node12]), [], "ALSA-2022_6448.json", "ALSA-2021_3623.json");

    assert.deepEqual(findings, []);
  });

  it("takes any listed build of a module as fixed", (t) => {
    const rebuilt = rpm("nodejs", "1:12.22.5-1.module_el8.4.0+2529+af52a4c7", {
      module: "nodejs:12:8040020210817:ctx",
    });

    const { findings } = match(t, inventoryOf(alma8, [rebuilt]), [], "ALSA-2021_3623.json");

    assert.deepEqual(findings, []);
  });

  it("compares by major version when the package has no module label, and skips plain records for modular packages", (t) => {
    const unlabelled = rpm("nodejs", "1:14.19.0-1.module_el8.6.0+3000+aaaaaaaa");
    const plain = {
      id: "ALSA-2022:1",
      summary: "Low: nodejs security update",
      affected: [affected("AlmaLinux:8", "nodejs", { introduced: "0" }, { fixed: "1:18.0.0-1.el8" })],
    };

    const { findings } = match(
      t,
      inventoryOf(alma8, [unlabelled]),
      [plain],
      "ALSA-2022_6448.json",
      "ALSA-2021_3623.json",
    );

    assert.ok(findings.length === 5 && findings.every(({ aliases }) => aliases.includes("ALSA-2022:6448")));
  });

  it("never counts bug-fix records", (t) => {
    const record = {
      id: "ALBA-2022:1",
      summary: "tzdata bug fix",
      related: ["CVE-2020-1"],
      affected: [affected("AlmaLinux:8", "tzdata", { introduced: "0" }, { fixed: "2022a-2.el8" })],
    };

    assert.deepEqual(match(t, inventoryOf(alma8, [rpm("tzdata", "2022a-1.el8")]), [record]).findings, []);
  });

  it("walks ranges that come unsorted and in several pairs", (t) => {
    const versions = ["v0.5.1", "v0.5.2", "v3.0.0+incompatible", "v3.0.1+incompatible"];
    const packages = versions.map((version) =>
      packageOf("golang", "json-patch", version, { namespace: "github.com/evanphx" }),
    );

    const { findings } = match(t, inventoryOf(undefined, packages), [], "GO-2021-0076.json");

    assert.deepEqual(findings.map(({ package: { version } }) => version).sort(), ["v0.5.1", "v3.0.0+incompatible"]);
    assert.equal(findings.find(({ package: { version } }) => version === "v0.5.1")?.fixedVersion, "0.5.2");
  });

  it("matches entries that have a list of versions only, by equality and not by text", (t) => {
    const packages = ["0.5", "0.5.0", "0.6"].map((version) => packageOf("pypi", "gratient", version));

    const { findings } = match(t, inventoryOf(undefined, packages), [], "PYSEC-2024-1.json");

    assert.deepEqual(findings.map(({ package: { version } }) => version).sort(), ["0.5", "0.5.0"]);
  });

  it("shows unmaintained crates as notices, not as vulnerabilities", (t) => {
    const { findings } = match(
      t,
      inventoryOf(undefined, [packageOf("cargo", "libusb", "0.3.0")]),
      [],
      "RUSTSEC-2016-0004.json",
    );

    assert.deepEqual(
      findings.map(({ kind }) => kind),
      ["notice"],
    );
  });

  it("keeps malware apart and always critical", (t) => {
    const record = {
      id: "MAL-2025-1",
      summary: "Malicious code",
      affected: [affected("npm", "evil", { introduced: "0" })],
    };

    const { findings } = match(t, inventoryOf(undefined, [packageOf("npm", "evil", "1.0.0")]), [record]);

    assert.deepEqual(
      findings.map(({ kind, severity }) => [kind, severity]),
      [["malware", "critical"]],
    );
  });

  it("never matches withdrawn records", (t) => {
    const teleport = packageOf("golang", "teleport", "v1.0.0", { namespace: "github.com/gravitational" });

    const { findings, coverage } = match(t, inventoryOf(undefined, [teleport]), [], "GO-2024-2442.json");

    assert.deepEqual(findings, []);
    assert.equal(coverage[0]?.state, "covered");
  });

  it("counts twin records of one flaw once, under its CVE", (t) => {
    const found = packageOf("npm", "jquery-ui", "1.11.0");

    const { findings } = match(
      t,
      inventoryOf(undefined, [found]),
      [],
      "NSWG-ECO-127.json",
      "RETIREJS-jquery-ui-GHSA-hpcf-8vf9-q4gj.json",
    );

    assert.deepEqual(ids(findings), ["CVE-2016-7103"]);
    assert.deepEqual(findings[0]?.aliases.toSorted(), [
      "GHSA-hpcf-8vf9-q4gj",
      "NSWG-ECO-127",
      "RETIREJS-jquery-ui-GHSA-hpcf-8vf9-q4gj",
    ]);
    assert.deepEqual([findings[0]?.fixedVersion, findings[0]?.severity], ["1.12.0", "high"]);
  });

  it("reports a flaw that only one of two records sees, and names the other", (t) => {
    const wide = {
      id: "GHSA-aaaa-bbbb-cccc",
      aliases: ["CVE-2020-1"],
      affected: [affected("RubyGems", "rexml", { introduced: "0" }, { fixed: "3.2.5" })],
    };
    const narrow = {
      id: "RUBYSEC-rexml-1",
      aliases: ["CVE-2020-1"],
      affected: [affected("RubyGems", "rexml", { introduced: "0" }, { fixed: "3.1.0" })],
    };

    const { findings } = match(t, inventoryOf(undefined, [packageOf("gem", "rexml", "3.2.3.1")]), [wide, narrow]);

    assert.deepEqual(
      findings.map(({ id, dissent }) => ({ id, dissent })),
      [{ id: "CVE-2020-1", dissent: ["RUBYSEC-rexml-1"] }],
    );
  });

  it("does not join two CVEs that bad aliases connect", (t) => {
    const one = {
      id: "GHSA-1111-1111-1111",
      aliases: ["CVE-2020-1"],
      affected: [affected("npm", "x", { introduced: "0" })],
    };
    const two = {
      id: "GHSA-2222-2222-2222",
      aliases: ["CVE-2020-2", "GHSA-1111-1111-1111"],
      affected: [affected("npm", "x", { introduced: "0" })],
    };

    const { findings } = match(t, inventoryOf(undefined, [packageOf("npm", "x", "1.0.0")]), [one, two]);

    assert.deepEqual(ids(findings), ["CVE-2020-1", "CVE-2020-2"]);
  });

  it("gives one row for each CVE of a bulletin and keeps its id", (t) => {
    const record = {
      id: "DSA-5417-1",
      upstream: ["CVE-2023-0464", "CVE-2023-0465"],
      affected: [affected("Debian:11", "openssl", { introduced: "0" }, { fixed: "1.1.1n-0+deb11u5" })],
    };

    const { findings } = match(
      t,
      inventoryOf({ id: "debian", versionId: "11" }, [debian("openssl", "1.1.1n-0+deb11u4")]),
      [record],
    );

    assert.deepEqual(ids(findings), ["CVE-2023-0464", "CVE-2023-0465"]);
    assert.ok(findings.every(({ aliases }) => aliases.includes("DSA-5417-1")));
  });

  it("leaves Python packages of the distribution to the distribution, and says so", (t) => {
    const owned = packageOf("pypi", "gratient", "0.5", { ownedBy: "pkg:deb/debian/python3-gratient@0.5-1+deb12u1" });

    const { findings, setAside } = match(t, inventoryOf(undefined, [owned]), [], "PYSEC-2024-1.json");

    assert.deepEqual(findings, []);
    assert.deepEqual(
      setAside.map(({ reason, packages }) => [reason, packages]),
      [["owned", 1]],
    );
  });

  it("shows a release past its end as such, and what has no fix there as end of life", (t) => {
    const record = {
      id: "DEBIAN-CVE-2020-1",
      upstream: ["CVE-2020-1"],
      affected: [affected("Debian:9", "bash", { introduced: "0" })],
    };

    const { findings, coverage } = match(t, inventoryOf({ id: "debian", versionId: "9" }, [debian("bash", "4.4-5")]), [
      record,
    ]);

    assert.equal(coverage[0]?.state, "end_of_life");
    assert.deepEqual(
      findings.map(({ state }) => state),
      ["end_of_life"],
    );
  });

  it("looks up Ubuntu with its LTS suffix, and Pro only when it is known to be on", (t) => {
    const record = (ecosystem: string, cve: string) => ({
      id: `UBUNTU-${cve}`,
      upstream: [cve],
      affected: [affected(ecosystem, "bash", { introduced: "0" }, { fixed: "9" })],
    });
    const documents = [
      record("Ubuntu:18.04:LTS", "CVE-2020-1"),
      record("Ubuntu:Pro:18.04:LTS", "CVE-2020-2"),
      record("Ubuntu:18.04", "CVE-2020-3"),
    ];
    const inventory = inventoryOf({ id: "ubuntu", versionId: "18.04" }, [debian("bash", "4.4")]);

    assert.deepEqual(ids(match(t, inventory, documents).findings), ["CVE-2020-1"]);
    assert.deepEqual(ids(matchWith(t, inventory, { now: NOW, isUbuntuPro: true }, documents).findings), [
      "CVE-2020-1",
      "CVE-2020-2",
    ]);
  });

  it("does not take Alpine edge or an unreleased branch for covered", (t) => {
    const record = {
      id: "ALPINE-CVE-2020-1",
      upstream: ["CVE-2020-1"],
      affected: [affected("Alpine:v3.19", "zlib", { introduced: "0" }, { fixed: "9" })],
    };
    for (const versionId of ["3.21_alpha20240923", "3.99.0", "edge"]) {
      const { coverage, findings } = match(
        t,
        inventoryOf({ id: "alpine", versionId }, [packageOf("apk", "zlib", "1.0-r0")]),
        [record],
      );

      assert.deepEqual([findings.length, coverage[0]?.state], [0, "not_covered"]);
    }
  });

  it("does not match Go programs built from a working copy, and calls pseudo-versions of no release a guess", (t) => {
    const record = {
      id: "GO-2020-1",
      affected: [affected("Go", "example.com/x", { introduced: "0" }, { fixed: "1.5.0" })],
    };
    const packages = ["(devel)", "v0.0.0-20200101000000-abcdefabcdef"].map((version) =>
      packageOf("golang", "x", version, { namespace: "example.com" }),
    );

    const { findings, setAside } = match(t, inventoryOf(undefined, packages), [record]);

    assert.deepEqual(
      findings.map(({ isLowConfidence }) => isLowConfidence),
      [true],
    );
    assert.deepEqual(
      setAside.map(({ reason }) => reason),
      ["no_version"],
    );
  });

  it("prefers the record whose versions fit when Go's do not", (t) => {
    const twin = {
      id: "GHSA-5844-q3fc-56rh",
      aliases: ["CVE-2023-26154"],
      affected: [
        affected(
          "Go",
          "github.com/pubnub/go/v5",
          { introduced: "0" },
          { fixed: "5.0.4-0.20231016150651-428517fef5b9" },
        ),
      ],
    };
    const found = (version: string) => packageOf("golang", "v5", version, { namespace: "github.com/pubnub/go" });

    const alone = match(t, inventoryOf(undefined, [found("v5.1.0")]), [], "GO-2023-2385.json");
    const withTwin = match(t, inventoryOf(undefined, [found("v5.1.0")]), [twin], "GO-2023-2385.json");

    assert.deepEqual(
      alone.findings.map(({ isLowConfidence }) => isLowConfidence),
      [true],
    );
    assert.deepEqual(withTwin.findings, []);
  });

  it("ignores the case and the dashes of names where registries do", (t) => {
    const packages = [packageOf("nuget", "system.net.HTTP", "4.0.0"), packageOf("pypi", "JW_Util", "2.2")];

    const { findings } = match(t, inventoryOf(undefined, packages), [], "RETIRENET-10.json", "PYSEC-2020-341.json");

    assert.deepEqual(ids(findings), ["CVE-2018-8292", "CVE-2020-13388"]);
  });

  it("never takes a missing severity for low", (t) => {
    const record = { id: "PYSEC-1", affected: [affected("PyPI", "x", { introduced: "0" })] };

    const { findings } = match(t, inventoryOf(undefined, [packageOf("pypi", "x", "1.0")]), [record]);

    assert.deepEqual([findings[0]?.severity, findings[0]?.severitySource], ["unknown", "none"]);
  });

  it("compares versions of four parts in every ecosystem that has them", (t) => {
    const packages = ["0.9.5.2", "0.9.5.3", "0.9.5.10"]
      .map((version) => packageOf("maven", "c3p0", version, { namespace: "com.mchange" }))
      .concat(["0.8.7.1", "0.8.7.2", "0.8.7"].map((version) => packageOf("gem", "pdfkit", version)))
      .concat(["2.0.20126.16343", "4.0.0.0", "4.0.1"].map((version) => packageOf("nuget", "System.Net.Http", version)));
    const files = ["GHSA-q485-j897-qc27.json", "RUBYSEC-pdfkit-CVE-2022-25765.json", "RETIRENET-10.json"];

    const { findings } = match(t, inventoryOf(undefined, packages), [], ...files);

    assert.deepEqual(findings.map(({ package: { name, version } }) => `${name} ${version}`).sort(), [
      "System.Net.Http 2.0.20126.16343",
      "System.Net.Http 4.0.0.0",
      "c3p0 0.9.5.2",
      "pdfkit 0.8.7",
      "pdfkit 0.8.7.1",
    ]);
  });

  it("takes numbers of any size", (t) => {
    const record = {
      id: "GHSA-3333-3333-3333",
      affected: [affected("RubyGems", "rails", { introduced: "7.0" }, { fixed: "7.0.99999999999999999999" })],
    };
    const packages = ["7.0.99999999999999999998", "7.0.99999999999999999999"].map((version) =>
      packageOf("gem", "rails", version),
    );

    const { findings } = match(t, inventoryOf(undefined, packages), [record]);

    assert.deepEqual(
      findings.map(({ package: { version } }) => version),
      ["7.0.99999999999999999998"],
    );
  });

  it("lets no Composer branch fall into a range", (t) => {
    const packages = ["dev-main", "1.0.x-dev", "1.0.0"].map((version) =>
      packageOf("composer", "http", version, { namespace: "amphp" }),
    );

    const { findings } = match(t, inventoryOf(undefined, packages), [], "FOPSA-amphp.http.2018-03-15.json");

    assert.ok(!findings.some(({ package: { version } }) => version === "dev-main"));
    assert.ok(findings.some(({ package: { version } }) => version === "1.0.0"));
  });

  it("does not judge the headers of a kernel that the image does not run", (t) => {
    const record = {
      id: "DEBIAN-CVE-2020-1",
      upstream: ["CVE-2020-1"],
      affected: [affected("Debian:12", "linux", { introduced: "0" })],
    };
    const headers = debian("linux-libc-dev", "6.1.1-1", { name: "linux", version: "6.1.1-1" });

    const { findings, setAside } = match(t, inventoryOf({ id: "debian", versionId: "12" }, [headers]), [record]);

    assert.deepEqual([findings.length, setAside[0]?.reason], [0, "kernel_headers"]);
  });

  it("counts a record for a distribution as a whole, with less confidence", (t) => {
    const record = {
      id: "DSA-1",
      upstream: ["CVE-2020-1"],
      affected: [affected("Debian", "bash", { introduced: "0" }, { fixed: "9" })],
    };

    const { findings } = match(t, inventoryOf({ id: "debian", versionId: "12" }, [debian("bash", "5.2-1")]), [record]);

    assert.deepEqual(
      findings.map(({ isLowConfidence }) => isLowConfidence),
      [true],
    );
  });
});
