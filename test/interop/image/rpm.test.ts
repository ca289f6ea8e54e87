import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { analyseImage } from "@tidewaiter/image";
import { sqliteBlobs } from "../../../packages/image/src/formats/rpm-sqlite.ts";
import { buildImage } from "../../support/built-image.ts";
import { missing } from "../../support/requirements.ts";

const SPECS = [
  { name: "plain", version: "1.0", release: "1", arch: "noarch" },
  { name: "with-epoch", version: "2.5.1", release: "3.el9", arch: "noarch", epoch: 4 },
  { name: "stream-tool", version: "18.0.0", release: "2.module", arch: "noarch", module: "nodejs:18:8090:abc" },
] as const;

/** A data base written by Debian's own rpm, and what it lists. */
function installed(folder: string): { sqlite: Buffer; list: string[] } {
  const database = join(folder, "database");
  mkdirSync(database);
  const rpm = (...args: string[]): string =>
    execFileSync("rpm", ["--dbpath", database, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  rpm("--initdb");
  const packages = readdirSync(join(folder, "RPMS/noarch")).map((name) => join(folder, "RPMS/noarch", name));
  rpm("-i", "--justdb", "--nodeps", "--ignorearch", "--ignoreos", ...packages);
  const format =
    "%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE} %{ARCH} %{SOURCERPM} %|MODULARITYLABEL?{%{MODULARITYLABEL}}:{-}|\\n";
  const list = rpm("-qa", "--qf", format).trim().split("\n").sort();
  return { sqlite: readFileSync(join(database, "rpmdb.sqlite")), list };
}

/** The same headers in a file written by Berkeley DB itself, in pages small enough that headers overflow them. */
function asBerkeleyDb(sqlite: Buffer, folder: string): Buffer {
  const hex = (bytes: Uint8Array): string => ` ${Buffer.from(bytes).toString("hex")}\n`;
  const rows = sqliteBlobs(sqlite).map((blob, index) => `${hex(Buffer.of(index + 1, 0, 0, 0))}${hex(blob)}`);
  const counter = `${hex(Buffer.alloc(4))}${hex(Buffer.of(rows.length, 0, 0, 0))}`;
  const input = `VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=512\nHEADER=END\n${counter}${rows.join("")}DATA=END\n`;
  const path = join(folder, "Packages");
  execFileSync("db5.3_load", [path], { input });
  return readFileSync(path);
}

async function listed(files: Record<string, Buffer>): Promise<string[]> {
  const { packages, problems } = await analyseImage(await buildImage([files]));
  assert.deepEqual(problems, []);
  const rows = packages.map(({ name, version, architecture, source, module }) => {
    const sourceRpm = source ? `${source.name}-${source.version}.src.rpm` : "(none)";
    return `${name} ${version} ${architecture} ${sourceRpm} ${module ?? "-"}`;
  });
  return rows.sort();
}

function specText(spec: (typeof SPECS)[number]): string {
  const { name, version, release, arch } = spec;
  const epoch = "epoch" in spec ? `Epoch: ${spec.epoch}\n` : "";
  const module = "module" in spec ? `ModularityLabel: ${spec.module}\n` : "";
  return `Name: ${name}\nVersion: ${version}\nRelease: ${release}\n${epoch}${module}Summary: x\nLicense: MIT\nVendor: Test\nBuildArch: ${arch}\n%description\nx\n%install\nmkdir -p %{buildroot}/usr/bin\ntouch %{buildroot}/usr/bin/${name}\n%files\n/usr/bin/${name}\n`;
}

describe("rpm data bases written by rpm itself", { skip: missing("rpm", "rpmbuild") }, () => {
  let folder = "";
  let built: { sqlite: Buffer; list: string[] };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "rpm-"));
    for (const spec of SPECS) {
      const path = join(folder, `${spec.name}.spec`);
      writeFileSync(path, specText(spec));
      execFileSync("rpmbuild", ["--define", `_topdir ${folder}`, "-bb", path], { stdio: "pipe" });
    }
    built = installed(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("lists what rpm -qa lists, from its SQLite data base", async () => {
    const { sqlite, list } = built;

    assert.deepEqual(await listed({ "usr/lib/sysimage/rpm/rpmdb.sqlite": sqlite }), list);
    assert.equal(list.length, SPECS.length);
  });

  it("lists the same from a Berkeley DB file", { skip: missing("db5.3_load") }, async () => {
    const { sqlite, list } = built;

    assert.deepEqual(await listed({ "var/lib/rpm/Packages": asBerkeleyDb(sqlite, folder) }), list);
  });

  it("says so when the data base is damaged, and keeps what can be read", async () => {
    const { sqlite } = built;
    const damaged = Buffer.from(sqlite);
    damaged.fill(0xff, 4096);

    const { problems } = await analyseImage(await buildImage([{ "var/lib/rpm/rpmdb.sqlite": damaged }]));

    assert.deepEqual(
      problems.map(({ path }) => path),
      ["var/lib/rpm/rpmdb.sqlite"],
    );
  });
});
