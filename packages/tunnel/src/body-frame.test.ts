import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeBodyFrames, encodeBodyFrame } from "./body-frame.ts";

describe("body frame", () => {
  it("reads back what was written", () => {
    const bytes = encodeBodyFrame("response", 0xffff_ffff, { status: 200, name: "ü" }, Buffer.from([0, 1, 255]));

    const frames = decodeBodyFrames(bytes);

    assert.deepEqual(frames, [
      { kind: "response", id: 0xffff_ffff, head: { status: 200, name: "ü" }, body: Buffer.from([0, 1, 255]) },
    ]);
  });

  it("shares a message with others, and may be bare", () => {
    const bytes = Buffer.concat([
      encodeBodyFrame("cancel", 1),
      encodeBodyFrame("request", 2, { a: 1 }, Buffer.from("x")),
    ]);

    const frames = decodeBodyFrames(bytes);

    assert.deepEqual(
      frames.map(({ kind, id, head, body }) => [kind, id, head, body.toString()]),
      [
        ["cancel", 1, undefined, ""],
        ["request", 2, { a: 1 }, "x"],
      ],
    );
  });

  it("is refused when it is short, of an unknown kind, cut off or not JSON", () => {
    const good = encodeBodyFrame("request", 1, { a: 1 });
    const unknown = Buffer.from(good);
    unknown[0] = 99;
    const text = Buffer.from(good);
    text.write("x", 13);

    for (const bytes of [
      good.subarray(0, 8),
      good.subarray(0, 15),
      unknown,
      text,
      Buffer.concat([good, Buffer.alloc(1)]),
    ]) {
      assert.throws(() => decodeBodyFrames(bytes), { code: "FRAME_INVALID" });
    }
  });
});
