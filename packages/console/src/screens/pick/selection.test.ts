import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TagRow } from "../../api/types/index.ts";
import {
  isTagChosen,
  NOTHING,
  parseReferences,
  summarise,
  tickOf,
  toggleRepository,
  toggleTag,
  toImport,
} from "./selection.ts";

const tag = (name: string, sizeBytes: number | null = 1_000): TagRow => ({
  tag: name,
  digest: null,
  sizeBytes,
  pushedAt: null,
  platforms: [],
  projectId: null,
});

describe("selection of images", () => {
  it("shows a repository as partly chosen until every tag is", () => {
    const one = toggleTag(NOTHING, "shop/api", tag("1.4"));
    const both = toggleTag(one, "shop/api", tag("1.5"));

    assert.equal(tickOf(one, "shop/api", 2), "some");
    assert.equal(tickOf(both, "shop/api", 2), "all");
    assert.equal(tickOf(both, "shop/api", undefined), "some");
  });

  it("makes a rule of a whole repository, which takes the place of its single tags", () => {
    const some = toggleTag(NOTHING, "shop/api", tag("1.4"));
    const none = toggleRepository(some, "shop/api");
    const all = toggleRepository(none, "shop/api");

    assert.equal(tickOf(none, "shop/api", 2), "none");
    assert.equal(isTagChosen(all, "shop/api", "anything"), true);
    assert.deepEqual(toImport(all, []), {
      images: [],
      rules: [{ repository: "shop/api", include: [], exclude: [], newest: null }],
    });
  });

  it("sums up what it knows the size of", () => {
    const chosen = toggleTag(toggleTag(NOTHING, "a", tag("1")), "b", tag("2", null));

    assert.deepEqual(summarise(chosen, ["c:3"]), { images: 3, rules: 0, sizeBytes: 1_000 });
  });

  it("takes typed references in any common form, once each", () => {
    assert.deepEqual(parseReferences(" a:1, b:2\na:1\n\n c@sha256:00 "), ["a:1", "b:2", "c@sha256:00"]);
  });
});
