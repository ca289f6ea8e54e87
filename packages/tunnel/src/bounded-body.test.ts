import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { describe, it } from "node:test";
import { BrokerError } from "@tidewaiter/runtime";
import { readBounded } from "./bounded-body.ts";

describe("bounded body", () => {
  it("is the whole body up to the limit", async () => {
    const source = Readable.from([Buffer.from("ab"), Buffer.from("cd")], { objectMode: false });

    assert.equal((await readBounded(source, 4)).toString(), "abcd");
  });

  it("is refused beyond the limit, and the rest is not read", async () => {
    const source = Readable.from([Buffer.from("ab"), Buffer.from("cd"), Buffer.from("ef")], { objectMode: false });

    await assert.rejects(readBounded(source, 3), { code: "PAYLOAD_TOO_LARGE" });
    assert.ok(source.destroyed);
  });

  it("ends with the signal while nothing comes", async () => {
    const controller = new AbortController();
    const reading = readBounded(new PassThrough(), 10, controller.signal);

    controller.abort(new BrokerError("CANCELLED", "gone"));

    await assert.rejects(reading, { code: "CANCELLED" });
  });
});
