import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Listener, listen } from "@tidewaiter/runtime";
import { buildImage, buildLayer, createContent, registryApp } from "@tidewaiter/sample-registry";
import { runStart } from "../support/run-start.ts";

const FIXED = "2.0.0";

describe("findings", { timeout: 180_000 }, () => {
  const content = createContent();
  let listener: Listener;

  before(async () => {
    listener = await listen(registryApp({ content }), { port: 0, host: "127.0.0.1" });
  });
  after(() => listener.close(0));

  it("follow the package's version and the advisory, since they are computed", async () => {
    await push("old", "1.9.9");
    await push("new", FIXED);

    const before = await scan(advisory("HIGH", FIXED));
    const after = await scan(advisory("CRITICAL", "9.0.0"));

    assert.deepEqual(before, { "app:new": [], "app:old": [`GHSA-test-0000-0001 high ${FIXED}`] });
    assert.deepEqual(after, {
      "app:new": ["GHSA-test-0000-0001 critical 9.0.0"],
      "app:old": ["GHSA-test-0000-0001 critical 9.0.0"],
    });
  });

  async function push(tag: string, version: string): Promise<void> {
    const manifest = JSON.stringify({ name: "left-shelf", version });
    const layer = await buildLayer({ "srv/node_modules/left-shelf/package.json": manifest });
    content.push("app", tag, buildImage([layer]));
  }

  async function scan(sources: string): Promise<Record<string, string[]>> {
    const env = {
      CR_TYPE: "oci",
      CR_BASE: new URL(listener.url).host,
      TIDEWAITER_CR_PLAIN_HTTP: "true",
      TIDEWAITER_ADVISORY_SOURCES: sources,
    };
    const run = await runStart(["--json", "--image", "app:old", "--image", "app:new"], env);
    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0, stderr);
    const { images } = JSON.parse(stdout) as {
      images: { reference: string; findings: { id: string; severity: string; fixedVersion: string }[] }[];
    };
    return Object.fromEntries(
      images.map(({ reference, findings }) => [
        reference,
        findings.map((row) => `${row.id} ${row.severity} ${row.fixedVersion}`),
      ]),
    );
  }
});

/** A folder of OSV records with one for the package of this test. */
function advisory(severity: string, fixed: string): string {
  const folder = mkdtempSync(join(tmpdir(), "advisories-"));
  mkdirSync(join(folder, "npm"));
  const record = {
    schema_version: "1.6.0",
    id: "GHSA-test-0000-0001",
    modified: "2026-01-01T00:00:00Z",
    published: "2026-01-01T00:00:00Z",
    summary: "made for a test",
    affected: [
      {
        package: { ecosystem: "npm", name: "left-shelf" },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed }] }],
      },
    ],
    database_specific: { severity },
  };
  writeFileSync(join(folder, "npm", `${record.id}.json`), JSON.stringify(record));
  return folder;
}
