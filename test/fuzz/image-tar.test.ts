import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { describe, it } from "node:test";
import { BrokerError } from "@tidewaiter/runtime";
import fc from "fast-check";
import { pack } from "tar-stream";
import { normalizePath } from "../../packages/image/src/layer/paths.ts";
import { TarWalk } from "../../packages/image/src/layer/tar-walk.ts";

interface Seen {
  readonly path: string;
  readonly body: string;
}

function walk(chunks: readonly Buffer[]): Seen[] {
  const seen: Seen[] = [];
  const tar = new TarWalk(({ path }) => {
    const parts: Buffer[] = [];
    return {
      push: (bytes) => parts.push(Buffer.from(bytes)) > 0,
      end: () => void seen.push({ path, body: Buffer.concat(parts).toString("latin1") }),
    };
  }, 10_000);
  for (const chunk of chunks) tar.push(chunk);
  tar.end();
  return seen;
}

/** The bytes in pieces of the given lengths, over and over. */
function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

const name = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9ü_.-]{1,60}$/), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join("/"))
  .filter((path) => normalizePath(path) === path);
const file = fc.record({ name, body: fc.uint8Array({ maxLength: 3000 }) });

describe("tar walk", () => {
  it("gives every file as it was packed, however the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 5 }),
        async (files, lengths) => {
          const tar = pack();
          for (const { name: path, body } of files) tar.entry({ name: path }, Buffer.from(body));
          tar.finalize();

          const seen = walk(cut(await buffer(tar), lengths));

          assert.deepEqual(
            seen,
            files.map(({ name: path, body }) => ({ path, body: Buffer.from(body).toString("latin1") })),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it("ends for any bytes with entries or an error of the table", async () => {
    const tar = pack();
    tar.entry({ name: "a/".repeat(80) }, "x".repeat(700));
    tar.entry({ name: "b", type: "symlink", linkname: "c".repeat(150) });
    tar.finalize();
    const good = await buffer(tar);
    const damage = fc.tuple(fc.integer({ min: 0, max: good.length }), fc.uint8Array({ minLength: 1, maxLength: 600 }));

    fc.assert(
      fc.property(damage, fc.boolean(), ([at, bytes], isCut) => {
        const changed = Buffer.from(isCut ? good.subarray(0, at) : good);
        if (!isCut) Buffer.from(bytes).copy(changed, at);
        try {
          walk([changed]);
        } catch (error) {
          assert.ok(error instanceof BrokerError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});
