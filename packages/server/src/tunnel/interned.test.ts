import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createInterned } from "./interned.ts";

describe("interned values", () => {
  it("are one and the same when they are equal, and others when they are not", () => {
    const intern = createInterned<unknown>(8);
    const first = intern({ private: [{ path: "/list" }] });

    assert.equal(intern({ private: [{ path: "/list" }] }), first);
    assert.deepEqual(intern({ private: [] }), { private: [] });
    assert.equal(intern(undefined), undefined);
  });

  it("are forgotten, the oldest first, beyond the limit", () => {
    const intern = createInterned<unknown>(2);
    const [first, second] = [intern([1]), intern([2])];

    intern([3]);

    assert.equal(intern([2]), second);
    assert.notEqual(intern([1]), first);
  });
});
