import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseViews, withView } from "./saved-views.ts";

describe("saved views", () => {
  it("keep one view for each name, the newest first", () => {
    const views = withView(withView([{ name: "a", query: "?state=Failed" }], { name: "b", query: "" }), {
      name: "a",
      query: "?new=true",
    });

    assert.deepEqual(views, [
      { name: "a", query: "?new=true" },
      { name: "b", query: "" },
    ]);
  });

  it("read back what was written and drop what is no view", () => {
    const text = JSON.stringify([{ name: "a", query: "?x=1" }, { name: "" }, null, 7]);

    assert.deepEqual(parseViews(text), [{ name: "a", query: "?x=1" }]);
    assert.deepEqual(parseViews("no JSON"), []);
    assert.deepEqual(parseViews(null), []);
  });
});
