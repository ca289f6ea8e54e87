import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeCursor, encodeCursor, sliceList, toPage } from "./paging.ts";

describe("paging", () => {
  it("gives a cursor only when there is a next page", () => {
    const page = (rows: readonly number[]) =>
      toPage(
        rows,
        2,
        (row) => [row],
        (row) => row,
      );

    assert.deepEqual(page([1, 2]), { items: [1, 2] });
    assert.deepEqual(page([1, 2, 3]), { items: [1, 2], nextCursor: encodeCursor([2]) });
  });

  it("refuses cursors of other lists and made-up ones", () => {
    for (const cursor of ["x", "%%%", encodeCursor([1, 2]), Buffer.from("{}").toString("base64url")]) {
      assert.throws(() => decodeCursor(cursor, 1), { code: "INPUT_INVALID" }, cursor);
    }
  });

  it("walks a list in memory to its end", () => {
    const first = sliceList([1, 2, 3], { limit: 2 });
    const second = sliceList([1, 2, 3], { limit: 2, cursor: first.nextCursor });

    assert.deepEqual([first.items, second], [[1, 2], { items: [3] }]);
  });
});
