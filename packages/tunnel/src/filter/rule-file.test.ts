import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseRuleFile } from "./rule-file.ts";

describe("rule file", () => {
  it("is read as JSON and as YAML alike", () => {
    const json = parseRuleFile('{"private":[{"method":"get","path":"/a","origin":"x"}]}');
    const yaml = parseRuleFile("private:\n  - method: get\n    path: /a\n    origin: x\n");

    assert.deepEqual(json, yaml);
    assert.deepEqual(json.public, []);
  });

  it("takes GET when a rule names no method", () => {
    assert.equal(parseRuleFile('{"public":[{"path":"/a"}]}').public[0]?.method, "GET");
  });

  it("takes every scheme of auth", () => {
    const auth = [
      { scheme: "basic", username: "u", password: "p" },
      { scheme: "basic", token: "t" },
      { scheme: "bearer", token: "t" },
      { scheme: "raw", token: "t" },
    ];

    const read = parseRuleFile(JSON.stringify({ private: auth.map((one) => ({ path: "/a", auth: one })) }));

    assert.deepEqual(
      read.private.map((rule) => rule.auth),
      auth,
    );
  });

  it("names the place and the reason of every mistake", () => {
    const source = JSON.stringify({
      private: [{ path: "/a" }, { method: "GET /", path: "/b" }],
      public: [{ path: "/(a" + "[)" }, { path: "/c", valid: [{ path: "x" }] }],
    });

    assert.throws(
      () => parseRuleFile(source),
      (error: Error) =>
        ["private[1].method", "public[0].path", "public[1].valid[0]"].every((place) => error.message.includes(place)),
    );
  });

  it("says when it is neither JSON nor YAML", () => {
    for (const source of ["{", "a: [", ""]) assert.throws(() => parseRuleFile(source), { code: "CONFIG_INVALID" });
  });
});
