import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Inventory } from "@tidewaiter/inventory";
import { formatInventory } from "./inventory-table.ts";
import { parseTarget, readPlatform } from "./target.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;

describe("parseTarget", () => {
  it("tells references from archives, folders and the local engine", () => {
    const kinds = [
      "localhost:5000/shop/web:1.0",
      "oci-archive:/tmp/a.tar",
      "docker-archive:a.tar:shop:1",
      "oci:layout",
      "docker-daemon:shop",
    ].map(parseTarget);

    assert.deepEqual(
      kinds.map(({ kind }) => kind),
      ["registry", "oci-archive", "docker-archive", "oci", "docker-daemon"],
    );
    assert.deepEqual(kinds[0], {
      kind: "registry",
      reference: { registry: "localhost:5000", repository: "shop/web", tag: "1.0" },
      name: "localhost:5000/shop/web",
      tag: "1.0",
    });
    assert.deepEqual(kinds[2], {
      kind: "docker-archive",
      path: "a.tar",
      image: "shop:1",
      tag: "shop:1",
      name: "a.tar",
    });
  });

  it("refuses what is no reference, and a prefix with nothing behind it", () => {
    assert.throws(() => parseTarget("Shop/Web"), { code: "REFERENCE_INVALID" });
    assert.throws(() => parseTarget("oci-archive:"), { code: "INPUT_INVALID" });
    assert.throws(() => readPlatform("linux/amd64/v1/x"), { code: "INPUT_INVALID" });
  });
});

describe("formatInventory", () => {
  it("groups packages by type and lets no control character through", () => {
    const inventory: Inventory = {
      schema: 1,
      analyser: "1",
      image: { digest: DIGEST, platform: "linux/amd64", sizeBytes: 2_500_000 },
      layers: [],
      packages: [
        {
          type: "npm",
          name: "left\u001b[31mpad",
          version: "1.3.0",
          scope: "development",
          purl: "p",
          locations: [{ path: "x" }],
        },
        {
          type: "npm",
          namespace: "@a",
          name: "b",
          version: "2.0.0",
          ownedBy: "pkg:deb/x",
          purl: "q",
          locations: [{ path: "x" }],
        },
        { type: "deb", name: "libc6", version: "2.36", architecture: "amd64", purl: "r", locations: [{ path: "x" }] },
      ],
      problems: [{ code: "FILE_DAMAGED", path: "a\u0007b", reason: "cut off" }],
    };

    const lines = formatInventory(inventory, "shop:1\u001b]0;title\u0007").split("\n");

    assert.ok(lines.every((line) => !/[\u0000-\u001f\u007f-\u009f]/.test(line)));
    assert.ok(lines.includes("npm  2  (1 for development, 1 part of system packages)"));
    assert.ok(lines.includes("  libc6 (amd64)  2.36"));
    assert.equal(lines.at(-2), "  FILE_DAMAGED  a\\u0007b  cut off");
  });
});
