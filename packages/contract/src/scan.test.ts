import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isFinal, SCAN_STATES, scanRequestSchema, scanResultSchema } from "./scan.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const RESULT = {
  scanId: "s1",
  nonce: "n".repeat(16),
  attempt: 1,
  state: "Complete",
  repository: "shop/api",
  reference: "1.4",
  finishedAt: "2026-01-01T00:00:00Z",
  inventory: {
    schema: 1,
    analyser: "1",
    image: { digest: DIGEST, platform: "linux/amd64", sizeBytes: 1 },
    layers: [],
    packages: [
      {
        type: "deb",
        name: "zlib1g",
        version: "1",
        purl: "pkg:deb/debian/zlib1g@1",
        locations: [{ path: "var/lib/dpkg/status" }],
      },
    ],
    problems: [],
  },
};

describe("scan schemas", () => {
  it("take a first request without an attempt as attempt 1", () => {
    const request = scanRequestSchema.parse({ scanId: "s1", nonce: "n".repeat(16), repository: "a", reference: "1" });

    assert.equal(request.attempt, 1);
  });

  it("take a result with its inventory, and survive the way through JSON unchanged", () => {
    const result = scanResultSchema.parse(RESULT);

    assert.deepEqual(scanResultSchema.parse(JSON.parse(JSON.stringify(result))), result);
  });

  it("refuse a result that is still running, and digests that are none", () => {
    const running = scanResultSchema.safeParse({ ...RESULT, state: "Scanning" });
    const image = { ...RESULT.inventory.image, digest: "sha256:../../etc" };
    const odd = scanResultSchema.safeParse({ ...RESULT, inventory: { ...RESULT.inventory, image } });

    assert.deepEqual([running.success, odd.success], [false, false]);
  });

  it("call exactly four states final", () => {
    assert.deepEqual(SCAN_STATES.filter(isFinal), ["Complete", "Stopped", "Failed", "Unsupported"]);
  });
});
