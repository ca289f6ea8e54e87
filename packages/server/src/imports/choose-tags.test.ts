import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseTags } from "./choose-tags.ts";

const EVERYTHING = { include: [], exclude: [], newest: null };
const tagsOf = (...tags: readonly string[]) => tags.map((tag) => ({ tag, pushedAt: null }));

describe("choosing tags", () => {
  it("takes all tags when nothing is asked for", () => {
    assert.deepEqual(chooseTags(tagsOf("1", "2"), EVERYTHING), ["1", "2"]);
  });

  it("takes what matches an include and no exclude", () => {
    const rule = { ...EVERYTHING, include: ["1.*", "latest"], exclude: ["*-rc*"] };

    assert.deepEqual(chooseTags(tagsOf("1.0", "1.1-rc1", "2.0", "latest"), rule), ["1.0", "latest"]);
  });

  it("takes the newest by push date", () => {
    const tags = [
      { tag: "old", pushedAt: 1 },
      { tag: "new", pushedAt: 3 },
      { tag: "middle", pushedAt: 2 },
    ];

    assert.deepEqual(chooseTags(tags, { ...EVERYTHING, newest: 2 }), ["new", "middle"]);
  });

  it("takes the highest numbers where the registry tells no dates", () => {
    const rule = { ...EVERYTHING, newest: 2 };

    assert.deepEqual(chooseTags(tagsOf("1.9", "1.10", "1.2"), rule), ["1.10", "1.9"]);
  });

  it("puts tags without a date behind those with one", () => {
    const tags = [...tagsOf("9"), { tag: "1", pushedAt: 5 }];

    assert.deepEqual(chooseTags(tags, { ...EVERYTHING, newest: 1 }), ["1"]);
  });
});
