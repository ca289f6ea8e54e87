import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, it } from "node:test";
import { BrokerError, type ErrorCode } from "@tidewaiter/runtime";
import { openSnapshot } from "../store/snapshot.ts";
import { affected, temporaryFolder } from "../test-support.ts";
import { type FakeBucket, startFakeBucket, zipFiles, zipRecords } from "./bucket.test-support.ts";
import { type ExportOptions, exportBundle, importBundle } from "./bundle.ts";
import { type UpdateOptions, type UpdateProgress, updateAdvisories } from "./update.ts";

const RETRY = { attempts: 3, baseMs: 1, capMs: 2 };

function record(id: string, name: string, fixed: string, modified = "2026-01-01T00:00:00Z") {
  return { id, modified, affected: [affected("npm", name, { introduced: "0" }, { fixed })] };
}

const hasCode =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    error instanceof BrokerError && error.code === code;

describe("updates of advisories", () => {
  let [folder, path] = ["", ""];
  let bucket: FakeBucket;
  beforeEach(async () => {
    folder = temporaryFolder();
    path = `${folder}/advisories.db`;
    bucket = await startFakeBucket();
    serve([record("GHSA-1", "lodash", "1.0.0"), record("GHSA-2", "qs", "1.0.0")]);
  });
  afterEach(async () => {
    await bucket.close();
    rmSync(folder, { recursive: true });
  });
  const serve = (records: readonly { id: string; modified: string }[]): void => {
    bucket.files.set("/npm/all.zip", zipRecords(records));
    bucket.files.set(
      "/npm/modified_id.csv",
      Buffer.from(records.map(({ id, modified }) => `${modified},${id}\n`).join("")),
    );
    for (const item of records) bucket.files.set(`/npm/${item.id}.json`, Buffer.from(JSON.stringify(item)));
  };
  const update = (more: Partial<UpdateOptions> = {}) =>
    updateAdvisories({ path, sources: [bucket.url], ecosystems: ["npm"], retryPolicy: RETRY, ...more });
  const fixOf = (name: string): string | undefined => {
    const snapshot = openSnapshot(path);
    const fixed = snapshot.findPackage("npm", name)?.groups[0]?.rule.r?.[0]?.e[1]?.[1];
    snapshot.close();
    return fixed;
  };

  it("fetch the archives of a bucket, and of ecosystems that it lacks nothing", async () => {
    const report = await update({ ecosystems: ["npm", "Hex"] });

    assert.equal(report.records, 2);
    assert.equal(report.changes, undefined);
    assert.equal(fixOf("lodash"), "1.0.0");
  });

  it("fetch only what changed the next time, and say which packages that concerns", async () => {
    await update();
    bucket.answers.length = 0;
    serve([record("GHSA-1", "lodash", "2.0.0", "2026-02-01T00:00:00Z"), record("GHSA-2", "qs", "1.0.0")]);

    const { changes } = await update();

    assert.deepEqual(bucket.answers, ["/npm/modified_id.csv 200", "/npm/GHSA-1.json 200"]);
    assert.deepEqual(changes?.packages, [{ ecosystem: "npm", name: "lodash" }]);
    assert.equal(fixOf("lodash"), "2.0.0");
  });

  it("do without a changed record that the bucket no longer has", async () => {
    await update();
    serve([record("GHSA-1", "lodash", "2.0.0", "2026-02-01T00:00:00Z"), record("GHSA-2", "qs", "1.0.0")]);
    bucket.files.delete("/npm/GHSA-1.json");

    const { records } = await update();

    assert.equal(records, 2);
  });

  it("fetch the whole archive when much changed", async () => {
    await update();
    bucket.answers.length = 0;
    serve(["1", "2", "3"].map((number) => record(`GHSA-${number}`, `p${number}`, "1.0.0", "2026-02-01T00:00:00Z")));

    await update({ maxDeltas: 2 });

    assert.ok(bucket.answers.includes("/npm/all.zip 200"));
  });

  it("go on where a download was cut off", async () => {
    bucket.files.set(
      "/npm/all.zip",
      zipFiles(
        Array.from({ length: 400 }, (_, index) => ({
          name: `${index}.json`,
          bytes: Buffer.from(JSON.stringify(record(`X-${index}`, "p", "1"))),
        })),
      ),
    );
    bucket.breaks.add("/npm/all.zip");

    await update();

    assert.deepEqual(
      bucket.answers.filter((line) => line.includes("all.zip")),
      ["/npm/all.zip 200", "/npm/all.zip 206"],
    );
  });

  it("keep the present data when a download differs from its checksum or is damaged", async () => {
    await update();
    bucket.files.delete("/npm/modified_id.csv");
    serve([record("GHSA-1", "lodash", "2.0.0", "2026-02-01T00:00:00Z")]);
    bucket.lies.add("/npm/all.zip");
    await assert.rejects(update({ maxDeltas: 0 }), hasCode("ADVISORIES_INVALID"));
    bucket.lies.clear();
    bucket.files.set("/npm/all.zip", zipRecords([]).subarray(3));
    await assert.rejects(update({ maxDeltas: 0 }), hasCode("ADVISORIES_INVALID"));

    assert.equal(fixOf("lodash"), "1.0.0");
    assert.deepEqual(readdirSync(folder), ["advisories.db"]);
  });

  it("go through the proxy that is set", async () => {
    const { records } = await update({ sources: ["http://advisories.invalid"], outbound: { httpProxy: bucket.url } });

    assert.equal(records, 2);
  });

  it("say how many bytes have come of how many, and then how many records", async () => {
    const seen: UpdateProgress[] = [];
    const many = Array.from({ length: 1_000 }, (_, index) => record(`GHSA-${index}`, "lodash", "1.0.0"));
    serve(many);

    await update({ onProgress: (progress) => void seen.push(progress) });

    const size = bucket.files.get("/npm/all.zip")?.length;
    assert.ok(seen.some(({ unit, done, total }) => unit === "bytes" && done === size && total === size));
    assert.ok(seen.some(({ unit, done }) => unit === "records" && done === 1_000));
  });

  it("keep the present data when an archive has two answers for one id, or a giant record", async () => {
    await update();
    const bytes = (fixed: string): Buffer => Buffer.from(JSON.stringify(record("GHSA-1", "lodash", fixed)));
    const [twice, giant] = [`${folder}/twice.zip`, `${folder}/giant.zip`];
    writeFileSync(twice, zipFiles(["a", "b"].map((name) => ({ name: `${name}.json`, bytes: bytes(name) }))));
    writeFileSync(giant, zipFiles([{ name: "a.json", bytes: Buffer.alloc(17 * 1024 * 1024, "x") }]));

    await assert.rejects(update({ sources: [twice] }), hasCode("ADVISORIES_INVALID"));
    await assert.rejects(update({ sources: [giant] }), hasCode("ADVISORIES_INVALID"));

    assert.equal(fixOf("lodash"), "1.0.0");
  });

  it("never replace data by older data unless forced", async () => {
    await update();
    const older = `${folder}/older.json`;
    writeFileSync(older, JSON.stringify(record("GHSA-1", "lodash", "0.5.0", "2025-01-01T00:00:00Z")));

    await assert.rejects(update({ sources: [older] }), hasCode("ADVISORIES_OLDER"));
    assert.equal(fixOf("lodash"), "1.0.0");
    await update({ sources: [older], isForced: true });
    assert.equal(fixOf("lodash"), "0.5.0");
  });

  it("name an address that cannot be reached, without what is secret in it", async () => {
    await bucket.close();

    await assert.rejects(update({ sources: [bucket.url.replace("//", "//user:secret@")] }), (error) => {
      assert.ok(error instanceof BrokerError && error.code === "UNAVAILABLE");
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
    assert.ok(!existsSync(path));
  });

  it("stop at once when told to, and leave no draft", async () => {
    const stop = new AbortController();

    await assert.rejects(update({ signal: stop.signal, onProgress: () => stop.abort() }), { name: "AbortError" });

    assert.ok(!existsSync(path));
  });

  it("flag the CVEs that the catalogue of exploited ones names", async () => {
    const catalogue = {
      catalogVersion: "2026.01.01",
      vulnerabilities: [{ cveID: "CVE-2020-1", dateAdded: "2020-02-01", knownRansomwareCampaignUse: "Known" }],
    };
    bucket.files.set("/kev.json", Buffer.from(JSON.stringify(catalogue)));
    bucket.files.set("/epss.csv.gz", Buffer.from("nothing"));

    await update({ kevUrl: `${bucket.url}/kev.json` });

    const snapshot = openSnapshot(path);
    assert.deepEqual(snapshot.threat("CVE-2020-1").exploited, {
      addedAt: "2020-02-01",
      dueAt: undefined,
      isRansomware: true,
    });
    snapshot.close();
    await assert.rejects(update({ epssUrl: `${bucket.url}/epss.csv.gz` }), hasCode("ADVISORIES_INVALID"));
  });
});

describe("bundles of advisories", () => {
  let [folder, path] = ["", ""];
  const keys = generateKeyPairSync("ed25519");
  beforeEach(async () => {
    folder = temporaryFolder();
    path = `${folder}/there/advisories.db`;
    writeFileSync(`${folder}/GHSA-1.json`, JSON.stringify(record("GHSA-1", "lodash", "1.0.0")));
    await updateAdvisories({
      path: `${folder}/here/advisories.db`,
      sources: [`${folder}/GHSA-1.json`],
      ecosystems: ["*"],
    });
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const pack = async (options: ExportOptions = { signingKey: keys.privateKey }): Promise<string> => {
    await exportBundle(`${folder}/here/advisories.db`, `${folder}/bundle.tar`, options);
    return `${folder}/bundle.tar`;
  };

  it("carry a database to where there is no network, checked by the key", async () => {
    const report = await importBundle(await pack(), path, { publicKey: keys.publicKey });

    assert.deepEqual([report.records, report.signature], [1, "verified"]);
    assert.equal(openSnapshot(path).findPackage("npm", "lodash")?.groups.length, 1);
    assert.deepEqual(readdirSync(`${folder}/there`), ["advisories.db"]);
  });

  it("are said to be unsigned or unverified where no key tells", async () => {
    assert.equal((await importBundle(await pack({}), path)).signature, "unsigned");
    assert.equal((await importBundle(await pack(), path)).signature, "unverified");
  });

  it("are refused without the signature of the configured key", async () => {
    const other = generateKeyPairSync("ed25519");

    await assert.rejects(
      importBundle(await pack({}), path, { publicKey: keys.publicKey }),
      hasCode("ADVISORIES_INVALID"),
    );
    await assert.rejects(
      importBundle(await pack(), path, { publicKey: other.publicKey }),
      hasCode("ADVISORIES_INVALID"),
    );
    assert.ok(!existsSync(path));
  });

  it("are refused when any part was changed or cut off", async () => {
    const bundle = await pack();
    const good = readFileSync(bundle);
    const { size } = statSync(bundle);
    for (const at of [600, Math.floor(size / 2), size - 2_000]) {
      const damaged = Buffer.from(good);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      writeFileSync(bundle, damaged);
      await assert.rejects(importBundle(bundle, path, { publicKey: keys.publicKey }), hasCode("ADVISORIES_INVALID"));
    }
    writeFileSync(bundle, good.subarray(0, size / 2));
    await assert.rejects(importBundle(bundle, path), hasCode("ADVISORIES_INVALID"));

    assert.ok(!existsSync(path));
  });

  it("may stand among the sources in place of a bucket, whatever its file is called", async () => {
    const [bundle, nameless] = [await pack(), `${folder}/advisories-of-today`];
    copyFileSync(bundle, nameless);
    const options = { path, ecosystems: ["npm"], publicKey: keys.publicKey };

    const named = await updateAdvisories({ ...options, sources: [bundle] });
    const told = await updateAdvisories({ ...options, sources: [nameless] });

    assert.deepEqual([named.records, told.records], [1, 1]);
  });
});
