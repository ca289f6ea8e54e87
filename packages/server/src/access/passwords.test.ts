import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPasswords } from "./passwords.ts";

describe("passwords", () => {
  const passwords = createPasswords();

  it("verify against their own hash only, and hash differently each time", async () => {
    const [one, two] = [await passwords.hash("open sesame"), await passwords.hash("open sesame")];

    assert.notEqual(one, two);
    assert.ok(await passwords.verify("open sesame", one));
    assert.ok(!(await passwords.verify("open sesam", one)));
  });

  it("are the same text in either Unicode form", async () => {
    const hash = await passwords.hash("caf\u00e9 caf\u00e9");

    assert.ok(await passwords.verify("cafe\u0301 cafe\u0301", hash));
  });

  it("never verify without a hash, or with a broken one", async () => {
    assert.ok(!(await passwords.verify("x", undefined)));
    assert.ok(!(await passwords.verify("x", "md5$x")));
  });
});
