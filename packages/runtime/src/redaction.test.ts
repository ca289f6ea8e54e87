import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { createRedactor } from "./redaction.ts";
import { Secret } from "./secret.ts";

describe("Secret", () => {
  it("prints as [redacted] in every way that values are printed", () => {
    const secret = new Secret("hunter22");

    const prints = [
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect(secret, { showHidden: true }),
      String(secret),
    ];

    assert.ok(prints.every((text) => !text.includes("hunter22") && text.includes("[redacted]")));
    assert.equal(secret.reveal(), "hunter22");
  });
});

describe("createRedactor", () => {
  it("takes a known value out of text, also as base64, JSON and URL form", () => {
    const redactor = createRedactor();
    const value = 'p"ss/w+rd';
    redactor.add(new Secret(value));

    const text = [
      value,
      Buffer.from(value).toString("base64"),
      encodeURIComponent(value),
      JSON.stringify({ value }),
    ].join(" | ");

    assert.equal(redactor.text(text), '[redacted] | [redacted] | [redacted] | {"value":"[redacted]"}');
  });

  it("takes out fields whose name says that they hold a secret, at any depth and in errors", () => {
    const fields = {
      user: "a",
      nested: { apiKey: "k", tokenHash: "h", list: [{ Authorization: "Basic abc" }] },
      hasPassword: true,
    };

    const clean = createRedactor().fields(fields);

    assert.deepEqual(clean, {
      user: "a",
      nested: { apiKey: "[redacted]", tokenHash: "h", list: [{ Authorization: "[redacted]" }] },
      hasPassword: true,
    });
  });

  it("takes credentials out of URLs, authorization text and signed queries", () => {
    const redactor = createRedactor();

    const text = redactor.text(
      "GET http://joe:pass@host/x?X-Amz-Signature=abc&n=1 authorization: Bearer abc.def 'authorization': 'Basic Zm9v'",
    );

    assert.equal(
      text,
      "GET http://[redacted]@host/x?X-Amz-Signature=[redacted]&n=1 authorization: [redacted] 'authorization': '[redacted]'",
    );
  });
});
