import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { analyseImage } from "@tidewaiter/image";
import { BrokerError } from "@tidewaiter/runtime";
import fc from "fast-check";
import { ZstdFrames } from "../../packages/image/src/layer/zstd-frames.ts";
import { buildTar, imageOfTars } from "../support/built-image.ts";

const TAR = await buildTar({
  "etc/os-release": "ID=alpine\nVERSION_ID=3.20\n",
  "lib/apk/db/installed": "P:musl\nV:1.2.5-r0\n\n",
  "app/package-lock.json": '{"packages":{"node_modules/a":{"version":"1.0.0"}}}',
  "opt/filling": Buffer.alloc(40_000, "abc"),
});

describe("damaged layers", () => {
  for (const [kind, good] of [
    ["gzip", gzipSync(TAR)],
    ["zstd", zstdCompressSync(TAR)],
    ["plain", TAR],
  ] as const) {
    it(`${kind}: never pass for the whole, and fail with a code of the table`, async () => {
      const place = fc.integer({ min: 0, max: good.length - 1 });
      await fc.assert(
        fc.asyncProperty(
          place,
          fc.uint8Array({ minLength: 1, maxLength: 8 }),
          fc.boolean(),
          async (at, bytes, isCut) => {
            const damaged = Buffer.from(isCut ? good.subarray(0, at) : good);
            if (!isCut) Buffer.from(bytes).copy(damaged, at);
            if (damaged.equals(good)) return;
            // The digest is that of the damaged bytes: the diffID of the config has to find it out.
            const image = imageOfTars([TAR], () => damaged);
            await analyseImage(image).then(
              // Bytes of a gzip header's time stamp or behind the end of the data change nothing in what is unpacked.
              ({ packages }) => assert.equal(packages.length, 2),
              (error: unknown) => assert.ok(error instanceof BrokerError && error.code !== "INTERNAL", String(error)),
            );
          },
        ),
        { numRuns: 150 },
      );
    });
  }
});

describe("zstd frames", () => {
  it("are cut at the same places however the bytes come, and nothing but skippable frames is left out", () => {
    const skippable = fc.uint8Array({ maxLength: 50 }).map((bytes) => {
      const head = Buffer.from("5e2a4d1800000000", "hex");
      head.writeUInt32LE(bytes.length, 4);
      return { packed: Buffer.concat([head, bytes]), isFrame: false };
    });
    const frame = fc
      .uint8Array({ maxLength: 3000 })
      .map((bytes) => ({ packed: zstdCompressSync(bytes), isFrame: true }));

    fc.assert(
      fc.property(
        fc.array(fc.oneof(frame, skippable), { maxLength: 5 }),
        fc.integer({ min: 1, max: 500 }),
        (parts, length) => {
          const all = Buffer.concat(parts.map(({ packed }) => packed));
          const frames = new ZstdFrames();
          const out: Buffer[] = [];
          for (let at = 0; at < all.length; at += length) out.push(...frames.split(all.subarray(at, at + length)));
          frames.end();

          const expected = Buffer.concat(parts.filter(({ isFrame }) => isFrame).map(({ packed }) => packed));
          assert.equal(Buffer.concat(out).toString("hex"), expected.toString("hex"));
        },
      ),
    );
  });
});
