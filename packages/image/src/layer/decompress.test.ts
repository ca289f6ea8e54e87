import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { decompress } from "./decompress.ts";

async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function unpack(packed: Buffer, pieceBytes: number, mayBlock: boolean): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of decompress(inPieces(packed, pieceBytes), { mayBlock })) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

const PACKERS = { gzip: gzipSync, zstd: zstdCompressSync } as const;

describe("decompress", () => {
  for (const [kind, pack] of Object.entries(PACKERS)) {
    it(`gives the same bytes of ${kind} in steps and in a flow, however they come and in how many members`, async () => {
      const part = fc.uint8Array({ maxLength: 5000 }).map((bytes) => Buffer.concat(Array(60).fill(Buffer.from(bytes))));
      const pieceBytes = fc.integer({ min: 1, max: 3000 });
      await fc.assert(
        fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), pieceBytes, async (parts, length) => {
          const packed = Buffer.concat(parts.map((bytes) => pack(bytes)));

          const [inSteps, inFlow] = [await unpack(packed, length, true), await unpack(packed, length, false)];

          assert.ok(inSteps.equals(Buffer.concat(parts)));
          assert.ok(inFlow.equals(inSteps));
        }),
        { numRuns: 40 },
      );
    });

    it(`fails on ${kind} that is cut off or damaged, in steps and in a flow`, async () => {
      const good = pack(Buffer.from(Array.from({ length: 50_000 }, (_, index) => index * 7)));
      const bad = Buffer.from(good);
      bad.fill(0xff, 5, 15);

      for (const mayBlock of [true, false]) {
        await assert.rejects(unpack(good.subarray(0, -9), 1000, mayBlock), { code: "LAYER_CORRUPT" });
        await assert.rejects(unpack(bad, 1000, mayBlock), { code: "LAYER_CORRUPT" });
      }
    });
  }

  for (const mayBlock of [true, false]) {
    it(`reads all stored bytes, padding behind the data included, ${mayBlock ? "in steps" : "in a flow"}`, async () => {
      const packed = Buffer.concat([gzipSync("content"), Buffer.alloc(300_000)]);
      let read = 0;
      async function* counted(): AsyncGenerator<Buffer> {
        for await (const piece of inPieces(packed, 1000)) {
          read += piece.length;
          yield piece;
        }
      }

      for await (const _ of decompress(counted(), { mayBlock }));

      assert.equal(read, packed.length);
    });
  }
});
