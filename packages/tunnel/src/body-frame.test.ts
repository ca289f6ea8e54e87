import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeBodyFrame, encodeBodyFrame } from "./body-frame.ts";

describe("body frame", () => {
  it("reads back what was written", () => {
    const read = decodeBodyFrame(
      encodeBodyFrame("response", 0xffff_ffff, { status: 200, name: "ü" }, Buffer.from([0, 1, 255])),
    );

    assert.deepEqual(read, {
      kind: "response",
      id: 0xffff_ffff,
      head: { status: 200, name: "ü" },
      body: Buffer.from([0, 1, 255]),
    });
  });

  it("may be bare", () => {
    assert.deepEqual(decodeBodyFrame(encodeBodyFrame("cancel", 1)), {
      kind: "cancel",
      id: 1,
      head: undefined,
      body: Buffer.alloc(0),
    });
  });

  it("is refused when it is short, of an unknown kind, cut off or not JSON", () => {
    const good = encodeBodyFrame("request", 1, { a: 1 });
    const unknown = Buffer.from(good);
    unknown[0] = 99;
    const text = Buffer.from(good);
    text.write("x", 9);

    for (const bytes of [Buffer.alloc(0), good.subarray(0, 8), good.subarray(0, 12), unknown, text]) {
      assert.throws(() => decodeBodyFrame(bytes), { code: "FRAME_INVALID" });
    }
  });
});
