import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { projectsPath } from "./filters.ts";

describe("projectsPath", () => {
  it("keeps the filters that the API knows and leaves out the rest", () => {
    const query = new URLSearchParams("severity=critical,high&group=true&search=api&state=");

    assert.equal(projectsPath(query), "/projects?search=api&severity=critical%2Chigh");
    assert.equal(projectsPath(new URLSearchParams()), "/projects");
  });
});
