import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { presentedToken, tokenHash } from "./token.ts";

const TOKEN = "00000000-1111-4222-8333-44444444abcd";

describe("presented token", () => {
  it("stands in the path in any case, as the vendor's client sends it", () => {
    assert.equal(presentedToken(TOKEN.toUpperCase(), undefined), TOKEN);
  });

  it("stands in Authorization, with its hash in the path, as ours sends it", () => {
    assert.equal(presentedToken(tokenHash(TOKEN), `Bearer ${TOKEN}`), TOKEN);
  });

  it("is none when hash and token do not belong together, or either is malformed", () => {
    const wrong = [
      presentedToken(tokenHash(TOKEN), undefined),
      presentedToken(tokenHash(TOKEN), "Bearer 00000000-1111-4222-8333-444444440000"),
      presentedToken(tokenHash("x"), "Bearer x"),
      presentedToken("short", `Bearer ${TOKEN}`),
      presentedToken("", undefined),
    ];

    assert.deepEqual(wrong, [undefined, undefined, undefined, undefined, undefined]);
  });
});
