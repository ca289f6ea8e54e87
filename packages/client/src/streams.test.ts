import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { prefixed } from "./prefixed.ts";
import { readAhead } from "./response-reader.ts";

describe("prefixed stream", () => {
  it("gives the first bytes, then the source", async () => {
    const source = Readable.from([Buffer.from("c"), Buffer.from("d")], { objectMode: false });

    assert.equal(await text(prefixed([Buffer.from("a"), Buffer.from("b")], source)), "abcd");
  });

  it("leaves an unread source good for another try", async () => {
    const source = Readable.from([Buffer.from("body")], { objectMode: false });
    prefixed([Buffer.from("head ")], source).destroy();

    assert.equal(await text(prefixed([Buffer.from("head ")], source)), "head body");
  });

  it("breaks off where the source does", async () => {
    const source = new PassThrough();
    const joined = prefixed([Buffer.from("a")], source);
    const reading = text(joined);
    source.write("b");
    setImmediate(() => source.destroy());

    await assert.rejects(reading, { code: "DOWNSTREAM_ERROR" });
  });

  it("does not run ahead of its reader", async () => {
    let produced = 0;
    const source = new Readable({
      read() {
        produced += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    const joined = prefixed([], source);
    joined.once("readable", () => {});
    await new Promise((resolve) => setTimeout(resolve, 20));

    assert.ok(produced < 1_000_000, String(produced));
    joined.destroy();
  });
});

describe("read ahead", () => {
  it("gives a small body whole", async () => {
    const ahead = await readAhead(
      Readable.from([Buffer.from("a"), Buffer.from("b")], { objectMode: false }),
      10,
      1_000,
    );

    assert.equal(ahead.isWhole && ahead.bytes.toString(), "ab");
  });

  it("stops reading a large one, and the rest still flows", async () => {
    const source = Readable.from([Buffer.from("aaa"), Buffer.from("bbb"), Buffer.from("ccc")], { objectMode: false });

    const ahead = await readAhead(source, 4, 1_000);

    assert.ok(!ahead.isWhole);
    assert.equal(Buffer.concat(ahead.first).toString() + (await text(ahead.rest)), "aaabbbccc");
  });

  it("does not wait for a slow one", async () => {
    const source = new PassThrough();
    source.write("first");

    const ahead = await readAhead(source, 1_000, 1);

    assert.equal(ahead.isWhole, false);
    source.destroy();
  });

  it("rejects when the body breaks off", async () => {
    const source = new PassThrough();
    const reading = readAhead(source, 10, 1_000);
    source.destroy();

    await assert.rejects(reading, { code: "DOWNSTREAM_ERROR" });
  });
});
