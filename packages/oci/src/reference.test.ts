import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatReference, parseReference } from "./reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("parseReference", () => {
  it("parts registry, repository, tag and digest", () => {
    assert.deepEqual(parseReference(`R.example.com:5000/team/app:1.0@${digest}`), {
      registry: "r.example.com:5000",
      repository: "team/app",
      tag: "1.0",
      digest,
    });
    assert.deepEqual(parseReference("localhost/app"), { registry: "localhost", repository: "app" });
    assert.deepEqual(parseReference("team/app:v1"), { repository: "team/app", tag: "v1" });
    assert.deepEqual(parseReference("[::1]:5000/app"), { registry: "[::1]:5000", repository: "app" });
  });

  it("names the part that breaks the grammar", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["Team/App", /character "T"/],
      ["app:", /tag/],
      [`app:${"t".repeat(129)}`, /tag/],
      ["app@sha256:abc", /digest/],
      ["../app", /repository/],
      ["a//b", /repository/],
      ["", /repository/],
    ];
    for (const [text, message] of wrong)
      assert.throws(() => parseReference(text), { code: "REFERENCE_INVALID", message }, text);
  });

  it("is written back as it was read", () => {
    for (const text of ["app", "team/app:1.0", `r.example.com/app@${digest}`])
      assert.equal(formatReference(parseReference(text)), text);
  });
});
