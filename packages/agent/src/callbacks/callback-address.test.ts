import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isRefusedAddress, lookupCallback, parseCallbackUrl } from "./callback-address.ts";

describe("a callback address", () => {
  it("is taken with its path and without the slash at its end", () => {
    assert.equal(parseCallbackUrl("http://client:7341/"), "http://client:7341");
    assert.equal(parseCallbackUrl("https://gate.example/broker/"), "https://gate.example/broker");
    assert.equal(parseCallbackUrl(undefined), undefined);
  });

  it("is no other scheme, no user, no query and no name that was not filled in", () => {
    for (const text of [
      "ftp://client",
      "http://user:pw@client",
      "http://client?x=1",
      "http://client#x",
      "$".concat("{BROKER_CLIENT_URL}"),
      "client:7341",
      "",
    ]) {
      assert.throws(() => parseCallbackUrl(text), { code: "INPUT_INVALID" }, text);
    }
  });

  it("is no metadata and no link-local address, however it is written", () => {
    for (const host of [
      "169.254.169.254",
      "0xa9fea9fe",
      "2852039166",
      "169.254.1.1",
      "[fe80::1]",
      "[::ffff:169.254.169.254]",
      "[::ffff:a9fe:a9fe]",
      "[fd00:ec2::254]",
      "metadata.google.internal",
      "METADATA.google.internal.",
      "100.100.100.200",
      "0.0.0.0",
    ]) {
      assert.throws(() => parseCallbackUrl(`http://${host}/latest`), { code: "CALLBACK_REFUSED" }, host);
    }
  });

  it("may be on loopback and in private networks", () => {
    for (const address of ["127.0.0.1", "10.0.0.8", "192.168.1.2", "::1", "fd12::1"]) {
      assert.equal(isRefusedAddress(address), false, address);
    }
  });

  it("is looked at again when its name is resolved", async () => {
    const found = await new Promise<string>((resolve) => {
      lookupCallback("localhost", { family: 4 }, (error, address) => resolve(error?.message ?? String(address)));
    });

    assert.equal(found, "127.0.0.1");
  });
});
