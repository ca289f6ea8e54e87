import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { buildAdvisoryStore, checkStoreFile, openAdvisoryStore } from "@tidewaiter/advisories";
import { buildZip } from "../../support/zip-archive.ts";

const RECORDS = 3_000;
const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

/** Records whose fix is this version, so that a reader can tell one database from another. */
function writeSource(file: string, fixed: number): void {
  const modified = `2026-01-01T00:00:${String(fixed).padStart(2, "0")}Z`;
  const records = Array.from({ length: RECORDS }, (_, index) => ({
    id: `GHSA-${index}`,
    modified,
    affected: [
      {
        package: { ecosystem: "npm", name: `p${index}` },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: `${fixed}.0.0` }] }],
      },
    ],
  }));
  writeFileSync(
    file,
    buildZip(Object.fromEntries(records.map((record) => [`${record.id}.json`, JSON.stringify(record)]))),
  );
}

describe("advisory databases that are replaced while they are used", () => {
  let [folder, path] = ["", ""];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "advisories-crash-"));
    path = join(folder, "advisories.db");
    writeSource(join(folder, "1.zip"), 1);
    buildAdvisoryStore(path, { sources: [join(folder, "1.zip")] });
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const fixOf = (name: string): string | undefined => {
    const store = openAdvisoryStore(path);
    const fixed = store.snapshot().findPackage("npm", name)?.groups[0]?.rule.r?.[0]?.e[1]?.[1];
    store.close();
    return fixed;
  };

  it("stay whole when the update is killed at any point of it", async () => {
    writeSource(join(folder, "2.zip"), 2);
    for (const records of [0, 1_000, 2_000, RECORDS]) {
      const child = start("update", path, join(folder, "2.zip"), String(records));
      const [report] = await once(child.stdout ?? child, "data");
      assert.equal(String(report).trim(), String(records));
      child.kill("SIGKILL");
      await once(child, "exit");

      checkStoreFile(path);
      assert.equal(fixOf("p1"), "1.0.0");
    }
    buildAdvisoryStore(path, { sources: [join(folder, "2.zip")] });

    assert.equal(fixOf("p1"), "2.0.0");
  });

  it("are read by two processes during updates, each answer from one database as a whole", async () => {
    const readers = [start("read", path, String(RECORDS)), start("read", path, String(RECORDS))];
    const answers = readers.map(async (reader) => {
      let text = "";
      for await (const chunk of reader.stdout ?? []) text += chunk;
      return text;
    });
    await Promise.all(readers.map((reader) => once(reader.stdout ?? reader, "readable")));
    for (const fixed of [2, 3]) {
      writeSource(join(folder, `${fixed}.zip`), fixed);
      buildAdvisoryStore(path, { sources: [join(folder, `${fixed}.zip`)] });
    }

    const texts = await Promise.all(answers);

    for (const text of texts) {
      const lines = text.trim().split("\n");
      assert.ok(
        lines.every((line) => /^\d+\.0\.0$/.test(line)),
        "every answer is one version",
      );
      assert.equal(lines.at(-1), "3.0.0");
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes(".new-")),
      [],
    );
  });
});
