import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changeQuery, listOf, matchPath, toggled } from "./address.ts";

describe("matchPath", () => {
  it("takes parameters, with the last one optional", () => {
    assert.deepEqual(matchPath("/images/:id/:tab?", "/images/a%2Fb"), { id: "a/b" });
    assert.deepEqual(matchPath("/images/:id/:tab?", "/images/7/layers"), { id: "7", tab: "layers" });
  });

  it("does not take longer, shorter or other paths", () => {
    assert.equal(matchPath("/images/:id", "/images"), undefined);
    assert.equal(matchPath("/images/:id", "/images/1/2"), undefined);
    assert.equal(matchPath("/images/:id", "/imports/1"), undefined);
  });

  it("leaves a broken escape as it is", () => {
    assert.deepEqual(matchPath("/images/:id", "/images/%zz"), { id: "%zz" });
  });
});

describe("query of an address", () => {
  it("drops what became empty", () => {
    assert.equal(changeQuery(new URLSearchParams("search=api&state=Failed"), { search: "" }), "?state=Failed");
    assert.equal(changeQuery(new URLSearchParams("search=api"), { search: undefined }), "");
  });

  it("puts values into a list and takes them out again", () => {
    const list = listOf(new URLSearchParams("severity=critical,high"), "severity");

    assert.equal(toggled(list, "low"), "critical,high,low");
    assert.equal(toggled(list, "critical"), "high");
  });
});
