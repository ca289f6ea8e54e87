import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseChallenges } from "./challenge.ts";

describe("parseChallenges", () => {
  it("reads names in any case, parameters in any order and quoted values with commas", () => {
    const [challenge] = parseChallenges([
      'BEARER Service="a, b=c",  REALM="https://x/t?y=1,2" , scope="r:a:pull,push"',
    ]);

    assert.deepEqual(challenge, {
      scheme: "bearer",
      params: { service: "a, b=c", realm: "https://x/t?y=1,2", scope: "r:a:pull,push" },
    });
  });

  it("parts several challenges in one line and in several lines", () => {
    const lines = ['Bearer realm="https://x/token",service="s",Basic realm="Gitea", Negotiate', "NTLM TlRMTVNTUA=="];

    assert.deepEqual(
      parseChallenges(lines).map(({ scheme, params }) => [scheme, params.realm]),
      [
        ["bearer", "https://x/token"],
        ["basic", "Gitea"],
        ["negotiate", undefined],
        ["ntlm", undefined],
      ],
    );
  });

  it("undoes escapes and bears a quote that never ends", () => {
    const [escaped] = parseChallenges(['Basic realm="a \\"b\\" \\\\ c"']);
    const [open] = parseChallenges(['Bearer realm="https://x/token']);

    assert.equal(escaped?.params.realm, 'a "b" \\ c');
    assert.equal(open?.params.realm, "https://x/token");
  });

  it("keeps the first of two values of one name", () => {
    assert.equal(parseChallenges(["Bearer realm=a, realm=b"])[0]?.params.realm, "a");
  });
});
