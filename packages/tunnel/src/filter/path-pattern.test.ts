import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compilePathPattern } from "./path-pattern.ts";

const matches = (pattern: string, path: string): boolean => compilePathPattern(pattern).test(path);

describe("path pattern", () => {
  it("matches a named segment, and only one", () => {
    assert.deepEqual(
      ["/a/x", "/a/x/", "/A/X", "/a", "/a/x/y"].map((path) => matches("/a/:name", path)),
      [true, true, true, false, false],
    );
  });

  it("matches an optional segment with its slash", () => {
    assert.deepEqual(
      ["/a", "/a/x", "/a/x/y", "/ax"].map((path) => matches("/a/:name?", path)),
      [true, true, false, false],
    );
  });

  it("matches anything behind a star, also nothing", () => {
    assert.deepEqual(
      ["/list/", "/list/a/b", "/list", "/other"].map((path) => matches("/list/*", path)),
      [true, true, false, false],
    );
    assert.equal(matches("/*", "/"), true);
    assert.equal(matches("/a*c", "/abbbc"), true);
  });

  it("matches groups and named groups", () => {
    assert.deepEqual(
      ["/v1/x", "/v3/x"].map((path) => matches("/(v1|v2)/x", path)),
      [true, false],
    );
    assert.deepEqual(
      ["/id/12", "/id/ab"].map((path) => matches("/id/:id(\\d+)", path)),
      [true, false],
    );
  });

  it("takes other characters literally, and adds a missing slash", () => {
    assert.deepEqual(
      ["/a.b", "/axb"].map((path) => matches("a.b", path)),
      [true, false],
    );
    assert.equal(matches("/a\\*b", "/a*b"), true);
  });
});
