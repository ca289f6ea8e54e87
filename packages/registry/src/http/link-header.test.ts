import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nextLink, parseLinks } from "./link-header.ts";

describe("nextLink", () => {
  it("finds the next page among other links, quoted or not, in any case", () => {
    assert.equal(
      nextLink(['<https://x/?p=1>; rel="prev", </v2/_catalog?last=a%2Cb&n=3>; REL=Next']),
      "/v2/_catalog?last=a%2Cb&n=3",
    );
    assert.equal(nextLink(['</a>; title="x, y; z"; rel="start next"']), "/a");
  });

  it("finds none where the link leads elsewhere or the header is broken", () => {
    for (const line of ['</docs>; rel="help"', "</a>", "/a; rel=next", "<unfinished", ""])
      assert.equal(nextLink([line]), undefined);
  });

  it("leaves the target as it came", () => {
    assert.equal(
      parseLinks(["<?next_page=gAAA%3D%3D&orderby=>; rel=next"])[0]?.target,
      "?next_page=gAAA%3D%3D&orderby=",
    );
  });
});
