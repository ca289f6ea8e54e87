import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CLIENT_RULES } from "./default-rules.ts";
import { compileFilter, type FilterSubject } from "./matcher.ts";

const subject = (method: string, url: string, more: Partial<FilterSubject> = {}): FilterSubject => ({
  method,
  url,
  headers: {},
  body: Buffer.alloc(0),
  ...more,
});

describe("filter", () => {
  it("lets the first rule decide that matches", () => {
    const filter = compileFilter([
      { method: "GET", path: "/a", origin: "one" },
      { method: "any", path: "/*", origin: "two" },
    ]);

    const origins = [subject("get", "/a"), subject("POST", "/a")].map((one) => {
      const decision = filter.decide(one);
      return decision.kind === "allowed" ? decision.rule.origin : decision.kind;
    });

    assert.deepEqual(origins, ["one", "two"]);
  });

  it("hands on the normalised form that it matched", () => {
    const decision = compileFilter([{ method: "GET", path: "/list/*" }]).decide(subject("GET", "/%6cist/x?y=1#z"));

    assert.equal(decision.kind === "allowed" && decision.target.url, "/list/x?y=1");
  });

  it("asks for the body only when a rule looks into it", () => {
    const filter = compileFilter([
      { method: "POST", path: "/free" },
      { method: "POST", path: "/bound", valid: [{ path: "a", value: 1 }] },
    ]);

    const kinds = ["/free", "/bound", "/none"].map((url) => filter.decide({ method: "POST", url, headers: {} }).kind);

    assert.deepEqual(kinds, ["allowed", "needs-body", "denied"]);
  });

  it("names the rule that came nearest", () => {
    const filter = compileFilter(CLIENT_RULES.private);

    const nearest = [subject("POST", "/list"), subject("GET", "/listing"), subject("DELETE", "/hooks")].map((one) => {
      const decision = filter.decide(one);
      return decision.kind === "denied" && decision.nearest;
    });

    assert.deepEqual(nearest, [
      { method: "GET", path: "/list", reason: "the method differs" },
      { method: "GET", path: "/list", reason: "the path differs" },
      { method: "PUT", path: "/hooks/*", reason: "the path differs" },
    ]);
  });

  it("denies what cannot be normalised and says why", () => {
    const decision = compileFilter([{ method: "any", path: "/*" }]).decide(subject("GET", "/a/%2e%2e/b"));

    assert.equal(decision.kind === "denied" && decision.problem, "the path hides dot segments or doubled slashes");
  });

  it("compares body values strictly, dotted and with stars", () => {
    const filter = compileFilter([{ method: "POST", path: "/x", valid: [{ path: "a.*.b", value: "1" }] }]);
    const decide = (body: string): string => filter.decide(subject("POST", "/x", { body: Buffer.from(body) })).kind;

    const kinds = ['{"a":[{"b":"0"},{"b":"1"}]}', '{"a":{"k":{"b":"1"}}}', '{"a":[{"b":1}]}', "no json", ""].map(
      decide,
    );

    assert.deepEqual(kinds, ["allowed", "allowed", "denied", "denied", "denied"]);
  });

  it("wants every query condition, when no body condition holds", () => {
    const valid = [
      { path: "a", value: 1 },
      { queryParam: "x", values: ["a*", "b"] },
      { queryParam: "y", values: [""] },
    ];
    const filter = compileFilter([{ method: "POST", path: "/x", valid }]);

    const kinds = [
      subject("POST", "/x?x=abc"),
      subject("POST", "/x?x=abc&y=1"),
      subject("POST", "/x?x=c", { body: Buffer.from('{"a":1}') }),
      subject("POST", "/x?x=a/b"),
    ].map((one) => filter.decide(one).kind);

    assert.deepEqual(kinds, ["allowed", "denied", "allowed", "denied"]);
  });

  it("wants every header condition on top", () => {
    const filter = compileFilter([
      {
        method: "GET",
        path: "/x",
        valid: [
          { header: "X-A", values: ["1"] },
          { header: "x-b", values: ["2", "3"] },
        ],
      },
    ]);

    const kinds = [{ "x-a": "1", "x-b": "3" }, { "x-a": "1" }].map(
      (headers) => filter.decide(subject("GET", "/x", { headers })).kind,
    );

    assert.deepEqual(kinds, ["allowed", "denied"]);
  });
});
