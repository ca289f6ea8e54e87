import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { normaliseUrl } from "./normalise.ts";
import { resolveTarget } from "./target.ts";
import { createVariables, placeholder } from "./variables.ts";

const VARIABLES = createVariables({
  AGENT: "http://agent:17500/base/",
  USER: "u",
  CR_PASSWORD_POOL: "p1, p2",
  SECRET: "s",
});
const URL_X = normaliseUrl("/x?y=1");

describe("target of a rule", () => {
  it("joins the expanded origin, its path and the request", () => {
    const target = resolveTarget({ method: "GET", path: "/x", origin: placeholder("AGENT") }, URL_X, VARIABLES);

    assert.deepEqual(target, { origin: "http://agent:17500", path: "/base/x?y=1", authorization: undefined });
  });

  it("takes https where an origin names no scheme", () => {
    assert.equal(
      resolveTarget({ method: "GET", path: "/x", origin: "host.example:8443" }, URL_X, VARIABLES).origin,
      "https://host.example:8443",
    );
  });

  it("cannot be led to another host by what follows an origin without port", () => {
    for (const raw of ["/@evil.example/", "/:80@evil.example"]) {
      const target = resolveTarget({ method: "GET", path: "/*", origin: "http://agent" }, normaliseUrl(raw), VARIABLES);

      assert.equal(target.origin, "http://agent");
    }
  });

  it("makes authorization from the rule or the origin, with rotating variables", () => {
    const auth = { scheme: "basic", username: placeholder("USER"), password: placeholder("CR_PASSWORD") } as const;
    const of = (rule: object): string | undefined =>
      resolveTarget({ method: "GET", path: "/x", origin: "http://a", ...rule }, URL_X, VARIABLES).authorization;

    const values = [
      of({ auth }),
      of({ auth }),
      of({ auth: { scheme: "raw", token: placeholder("unknownName") } }),
      of({ origin: "http://tok@a" }),
      of({ origin: "http://a:b%40@a" }),
    ];

    const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
    assert.deepEqual(values, [basic("u:p1"), basic("u:p2"), "", "token tok", basic("a:b@")]);
  });

  it("says when a rule has no usable origin", () => {
    for (const origin of [undefined, placeholder("MISSING"), "ftp://x", "http://"]) {
      assert.throws(() => resolveTarget({ method: "GET", path: "/x", origin }, URL_X, VARIABLES), {
        code: "CONFIG_INVALID",
      });
    }
  });
});
