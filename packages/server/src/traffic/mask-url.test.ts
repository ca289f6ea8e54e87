import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { maskUrl } from "./mask-url.ts";

describe("the address of a remembered call", () => {
  it("keeps names, tags and digests", () => {
    const digest = `sha256:${"0a".repeat(32)}`;
    for (const path of ["/list", "/list/team/payments-api-service-2", `/image-metadata/team/api@${digest}`])
      assert.equal(maskUrl(path), path);
  });

  it("keeps the names of a query and none of its values", () => {
    assert.equal(maskUrl("/list-paginated/?limit=10&token=s3cret&bare"), "/list-paginated/?limit=…&token=…&…");
    assert.doesNotMatch(maskUrl("/list?a=secret?b=secret"), /secret/);
  });

  it("masks what could be a token, wherever it stands", () => {
    const secrets = [
      "3f0c1b1e-8a4d-4c59-9a54-0d3c6a1f2b77",
      "0123456789abcdef0123456789abcdef01234567",
      "ghpAbC123dEf456GhI789jKl",
    ];
    for (const secret of secrets) assert.equal(maskUrl(`/repos/${secret}/tags`), "/repos/…/tags");
  });

  it("masks the address of a hook, however short", () => {
    assert.equal(maskUrl("/hooks/abc"), "/hooks/…");
    assert.equal(maskUrl("/webhooks/harbor-cr/abc"), "/webhooks/harbor-cr/…");
  });

  it("is bounded, whatever comes", () => {
    const url = `/${"ab/".repeat(10_000)}?${"name=1&".repeat(10_000)}`;

    assert.ok(maskUrl(url).length < 700);
  });
});
