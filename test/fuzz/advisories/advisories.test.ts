import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import {
  buildAdvisoryStore,
  importBundle,
  matchInventory,
  openAdvisoryStore,
  readVexDocument,
} from "@tidewaiter/advisories";
import type { Package } from "@tidewaiter/inventory";
import { BrokerError } from "@tidewaiter/runtime";
import fc from "fast-check";
import { buildZip } from "../../support/zip-archive.ts";

const RUNS = 150;
const GOOD = {
  id: "GHSA-1",
  modified: "2026-01-01T00:00:00Z",
  affected: [{ package: { ecosystem: "npm", name: "x" }, ranges: [{ type: "SEMVER", events: [{ introduced: "0" }] }] }],
};

/** Records as they are, with any value in any place. */
const odd = fc.oneof(fc.jsonValue(), fc.constantFrom("0", "1.0", "introduced", "npm", "CVE-2020-1", "SEMVER", null));
const record = fc.record(
  {
    id: fc.oneof(fc.string({ minLength: 1, maxLength: 20 }), odd),
    modified: fc.oneof(fc.constant("2026-01-01T00:00:00Z"), odd),
    aliases: fc.oneof(fc.array(odd), odd),
    upstream: fc.oneof(fc.array(odd), odd),
    severity: fc.oneof(
      fc.array(
        fc.record({
          type: fc.constantFrom("CVSS_V2", "CVSS_V3", "CVSS_V4", "Ubuntu"),
          score: fc.oneof(fc.string(), odd),
        }),
      ),
      odd,
    ),
    affected: fc.oneof(
      fc.array(
        fc.record({
          package: fc.oneof(
            fc.record({
              ecosystem: fc.constantFrom("npm", "PyPI", "Debian:12", "Maven", "RubyGems", "AlmaLinux:9", "x:y"),
              name: fc.constantFrom("x", "y"),
            }),
            odd,
          ),
          ranges: fc.oneof(
            fc.array(
              fc.record({
                type: fc.constantFrom("SEMVER", "ECOSYSTEM", "GIT", "?"),
                events: fc.array(
                  fc.dictionary(
                    fc.constantFrom("introduced", "fixed", "last_affected", "limit"),
                    fc.oneof(fc.string(), odd),
                    { maxKeys: 2 },
                  ),
                ),
              }),
            ),
            odd,
          ),
          versions: fc.oneof(fc.array(odd), odd),
        }),
      ),
      odd,
    ),
  },
  { requiredKeys: [] },
);

const packages: Package[] = (["npm", "pypi", "deb", "maven", "gem", "rpm"] as const).flatMap((type) =>
  ["x", "y"].map((name) => ({
    type,
    name,
    version: "1.0",
    purl: `pkg:${type}/${name}@1.0`,
    locations: [{ path: "p" }],
  })),
);

describe("advisories from hostile hands", () => {
  const folder = mkdtempSync(join(tmpdir(), "advisories-fuzz-"));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "advisories.db");

  it("give a database that can be matched, or a refusal, whatever the records are", () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), (records) => {
        const file = join(folder, "records.zip");
        writeFileSync(
          file,
          buildZip(
            Object.fromEntries([GOOD, ...records].map((item, index) => [`${index}.json`, JSON.stringify(item)])),
          ),
        );
        try {
          buildAdvisoryStore(path, { sources: [file], isForced: true });
        } catch (error) {
          assert.ok(error instanceof BrokerError && error.code === "ADVISORIES_INVALID", String(error));
          return;
        }
        const store = openAdvisoryStore(path);
        const image = { digest: `sha256:${"a".repeat(64)}`, platform: "linux/amd64", sizeBytes: 1 };
        matchInventory(store, {
          schema: 1,
          analyser: "x",
          image,
          operatingSystem: { id: "debian", versionId: "12" },
          layers: [],
          packages,
          problems: [],
        });
        store.close();
      }),
      { numRuns: RUNS },
    );
  });

  it("are refused when the archive is any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const file = join(folder, "bytes.zip");
        writeFileSync(file, bytes);
        assert.throws(() => buildAdvisoryStore(path, { sources: [file] }), BrokerError);
      }),
      { numRuns: RUNS },
    );
  });

  it("are refused when the bundle is any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const file = join(folder, "bundle.tar");
        writeFileSync(file, bytes);
        await assert.rejects(importBundle(file, path), BrokerError);
      }),
      { numRuns: 50 },
    );
  });

  it("are refused when the VEX document is any value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        assert.throws(() => readVexDocument(document), BrokerError);
      }),
      { numRuns: RUNS },
    );
  });
});
