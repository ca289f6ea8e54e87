import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { stripJsonComments } from "./json-comments.ts";

describe("stripJsonComments", () => {
  it("takes out comments and trailing commas, and nothing of a text", () => {
    const text = '{ // one\n "a": "x // y, }", /* two */ "b": [1, 2, ], "c": "\\"/*", }';

    assert.deepEqual(JSON.parse(stripJsonComments(text)), { a: "x // y, }", b: [1, 2], c: '"/*' });
  });

  it("changes no value of plain JSON", () => {
    fc.assert(
      fc.property(fc.json(), (text) => assert.deepEqual(JSON.parse(stripJsonComments(text)), JSON.parse(text))),
    );
  });
});
