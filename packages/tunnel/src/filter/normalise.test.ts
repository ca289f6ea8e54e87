import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { normaliseUrl } from "./normalise.ts";

describe("normalised url", () => {
  it("decodes unreserved characters, keeps the others encoded and cuts the fragment", () => {
    const urls = ["/a/%62?x=%62", "/a%2fb", "/%ED%95%9C", "/한", "/a#b?c", "/a b".replace(" ", "%20"), "/"].map(
      (url) => normaliseUrl(url).url,
    );

    assert.deepEqual(urls, ["/a/b?x=%62", "/a%2Fb", "/%ED%95%9C", "/%ED%95%9C", "/a", "/a%20b", "/"]);
  });

  it("keeps a trailing slash and an empty query out of harm's way", () => {
    assert.deepEqual(normaliseUrl("/list/?a=1"), { path: "/list/", query: "?a=1", url: "/list/?a=1" });
  });

  it("refuses what another reader could take for another path", () => {
    const bad = [
      "list",
      "//host/x",
      "/\\host",
      "/a/../b",
      "/a/..",
      "/a/./b",
      "/a//b",
      "/a?u=http://x",
      "/a/%2e%2e/b",
      "/a/.%2e/b",
      "/a/..%2fb",
      "/a/%2e%2e%2fb",
      "/a/%252e%252e/b",
      "/a/%25252e%25252e%25252fb",
      "/a/..%5cb",
      "/a%5cb",
      "/a%2f%2fb",
      "/a%00b",
      "/a\tb",
      "/a b",
      "/%zz",
      "/%",
      "http://host/x",
      "",
    ];

    for (const url of bad) assert.throws(() => normaliseUrl(url), { code: "INPUT_INVALID" }, url);
  });

  it("refuses endless encoding and over-long urls", () => {
    const endless = `/%${"25".repeat(10)}41`;

    for (const url of [endless, `/${"a".repeat(70_000)}`])
      assert.throws(() => normaliseUrl(url), { code: "INPUT_INVALID" });
  });
});
