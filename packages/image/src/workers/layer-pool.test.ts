import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import type { Inventory } from "@tidewaiter/inventory";
import { buildImage, buildTar, imageOfTars } from "../../../../test/support/built-image.ts";
import { analyseImage, type ImageSource } from "../index.ts";
import { createLayerPool } from "./layer-pool.ts";

const pool = createLayerPool(2);
after(() => pool.close());

describe("layer pool", () => {
  it("finds what one thread finds, links included", async () => {
    const image = await buildImage([
      { "lib/apk/db/installed": "P:musl\nV:1\n\n", filling: Buffer.alloc(3_000_000, "ab") },
      { "config/locked.txt": '{"packages":{"node_modules/a":{"version":"1.0.0"}}}' },
      { "app/package-lock.json": { symlink: "/config/locked.txt" } },
    ]);

    const [alone, inPool] = [await analyseImage(image), await analyseImage(image, { pool })];

    assert.deepEqual(inPool, alone);
    assert.equal(inPool.packages.length, 2);
  });

  it("reads by itself what lies in a file, and says what is wrong with it", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "layer-pool-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "archive");
    const tar = await buildTar({ "lib/apk/db/installed": "P:musl\nV:1\n\n", filling: Buffer.alloc(3_000_000, "ab") });
    writeFileSync(path, Buffer.concat([Buffer.alloc(1_000), tar]));
    const image = imageOfTars([tar], (plain) => plain);
    const at = (offset: number, size = tar.length, file = path): typeof image & ImageSource => ({
      ...image,
      placeOf: async () => ({ path: file, offset, size }),
    });

    const scan = (source: ImageSource): Promise<Inventory> => analyseImage(source, { pool });

    assert.deepEqual(await scan(at(1_000)), await analyseImage(image));
    await assert.rejects(scan(at(1_000, tar.length - 512)), { code: "DIGEST_MISMATCH" });
    await assert.rejects(scan(at(0, 1, join(folder, "none"))), { code: "ARCHIVE_INVALID" });
  });

  it("passes on codes of damaged layers and faults of the source, and reads on afterwards", async () => {
    const tar = await buildTar({ a: "b".repeat(100_000) });
    const cut = imageOfTars([tar], () => gzipSync(tar).subarray(0, -10));
    const image = imageOfTars([tar]);
    const lost = { ...image, openBlob: async () => Readable.from(brokenSource()) };

    await assert.rejects(analyseImage(cut, { pool }), { code: "LAYER_CORRUPT" });
    await assert.rejects(analyseImage(lost, { pool }), /connection lost/);
    assert.equal((await analyseImage(image, { pool })).layers.length, 1);
  });

  it("stops when it is asked to", async () => {
    const image = await buildImage([{ a: "b" }]);
    const stop = new AbortController();
    const stuck = { ...image, openBlob: async () => new Readable({ read: () => stop.abort(new Error("stopped")) }) };

    await assert.rejects(analyseImage(stuck, { pool, signal: stop.signal }), /stopped/);
  });
});

async function* brokenSource(): AsyncGenerator<Buffer> {
  yield Buffer.from("x");
  throw new Error("connection lost");
}
