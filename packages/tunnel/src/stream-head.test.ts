import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { encodeStreamHead, readStreamHead } from "./stream-head.ts";

const HEAD = { status: 201, headers: { "x-name": "plain" } };

/** The bytes in chunks of the given size. */
function chunked(bytes: Buffer, size: number): Readable {
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_item, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  return Readable.from(chunks, { objectMode: false });
}

describe("stream head", () => {
  it("is read whatever the chunking, and leaves the body", async () => {
    const bytes = Buffer.concat([encodeStreamHead(HEAD), Buffer.from("the body")]);
    for (const size of [1, 2, 3, 5, 7, bytes.length]) {
      const source = chunked(bytes, size);

      const head = await readStreamHead(source);

      assert.deepEqual(head, HEAD);
      assert.equal(await text(source), "the body");
    }
  });

  it("is ASCII whatever the headers hold", () => {
    const bytes = encodeStreamHead({ status: 200, headers: { "x-a": "ü – 🚢" } });

    assert.ok(bytes.subarray(4).every((byte) => byte < 0x7f));
    assert.equal(bytes.readUInt32LE(0), bytes.length - 4);
  });

  it("is refused when it is cut off, over-long or no head", async () => {
    const prefix = (length: number): Buffer => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(length);
      return bytes;
    };
    const bad = [
      Buffer.from("ab"),
      prefix(10),
      prefix(0),
      prefix(0xffff_ffff),
      Buffer.concat([prefix(2), Buffer.from("[]")]),
      Buffer.concat([prefix(2), Buffer.from("{x")]),
    ];

    for (const bytes of bad) await assert.rejects(readStreamHead(chunked(bytes, 3)), { code: "FRAME_INVALID" });
  });

  it("is refused when the stream breaks", async () => {
    const source = new Readable({ read() {} });
    source.push("abc");
    setImmediate(() => source.destroy(new Error("reset")));

    await assert.rejects(readStreamHead(source), { code: "FRAME_INVALID" });
  });
});
