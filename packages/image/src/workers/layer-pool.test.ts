import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { buildImage, buildTar, imageOfTars } from "../../../../test/support/built-image.ts";
import { analyseImage } from "../index.ts";
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
