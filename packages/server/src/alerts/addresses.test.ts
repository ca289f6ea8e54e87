import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertPublicHost, isPrivateAddress, publicLookup } from "./addresses.ts";

describe("addresses of webhooks", () => {
  it("knows private, loopback, link-local and other special ranges", () => {
    const special = [
      "10.1.2.3",
      "172.16.0.1",
      "192.168.1.1",
      "127.0.0.1",
      "169.254.169.254",
      "100.64.0.1",
      "0.0.0.0",
      "224.0.0.1",
      "255.255.255.255",
    ];
    const special6 = [
      "::1",
      "::",
      "fe80::1",
      "fc00::1",
      "fd12::1",
      "ff02::1",
      "::ffff:127.0.0.1",
      "::ffff:10.0.0.1",
      "64:ff9b::a00:1",
    ];

    for (const address of [...special, ...special6]) assert.ok(isPrivateAddress(address), address);
  });

  it("lets public addresses pass", () => {
    for (const address of ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"]) {
      assert.ok(!isPrivateAddress(address), address);
    }
  });

  it("refuses an address that stands in the URL, however it is written", () => {
    for (const url of [
      "http://127.0.0.1/x",
      "http://2130706433/",
      "http://0x7f.1/",
      "http://[::1]/",
      "http://[::ffff:7f00:1]/",
    ]) {
      assert.throws(() => assertPublicHost(new URL(url)), { code: "WEBHOOK_REFUSED" }, url);
    }
  });

  it("refuses a name that leads to loopback, when connecting", async () => {
    const error = await new Promise<Error | null>((resolve) => {
      publicLookup("localhost", { all: true }, (failure) => resolve(failure));
    });

    assert.equal((error as (Error & { code?: string }) | null)?.code, "WEBHOOK_REFUSED");
  });
});
