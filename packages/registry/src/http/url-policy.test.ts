import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertTokenHost, isAddressAllowed, redirectTarget, registrableDomain } from "./url-policy.ts";

const policy = (registry: string, ...trustedHosts: string[]) => ({ registry: new URL(registry), trustedHosts });

describe("assertTokenHost", () => {
  it("lets credentials go to the registry's own host and to its owner's other hosts", () => {
    for (const realm of ["https://r.example.co.uk/t", "https://auth.example.co.uk/t", "https://example.co.uk/t"]) {
      assertTokenHost(new URL(realm), policy("https://r.example.co.uk/v2/"));
    }
    assertTokenHost(
      new URL("https://auth.other.example:8443/t"),
      policy("https://r.example.com/", "auth.other.example:8443"),
    );
    assertTokenHost(new URL("https://a.idp.example/t"), policy("https://r.example.com/", "*.idp.example"));
  });

  it("refuses strangers, neighbours under a shared suffix, inner addresses and plain http", () => {
    const refused: readonly (readonly [string, string])[] = [
      ["https://evil.example/t", "https://r.example.com/"],
      ["https://example.co.uk/t", "https://other.co.uk/"],
      ["https://evil.azurecr.io/t", "https://mine.azurecr.io/"],
      ["https://10.0.0.5/t", "https://r.example.com/"],
      ["https://169.254.169.254/t", "https://r.example.com/"],
      ["http://r.example.com/t", "https://r.example.com/"],
      ["https://user:x@r.example.com/t", "https://r.example.com/"],
      ["https://r.example.com.evil.example/t", "https://r.example.com/"],
    ];
    for (const [realm, registry] of refused) {
      assert.throws(() => assertTokenHost(new URL(realm), policy(registry)), { code: "REGISTRY_POLICY" }, realm);
    }
  });
});

describe("redirectTarget", () => {
  const from = new URL("https://r.example.com/v2/a/blobs/x");

  it("follows to storage elsewhere, absolute or relative, and drops what was put into the address", () => {
    assert.equal(
      redirectTarget(from, "https://u:p@s3.example/x?sig=1#f", policy(from.href)).href,
      "https://s3.example/x?sig=1",
    );
    assert.equal(redirectTarget(from, "/cdn/x", policy(from.href)).href, "https://r.example.com/cdn/x");
  });

  it("refuses http after https, inner addresses, metadata services and other schemes", () => {
    const targets = [
      "http://s3.example/x",
      "https://192.168.1.1/",
      "https://[::1]/",
      "https://[::ffff:10.0.0.1]/",
      "https://169.254.169.254/",
      "https://metadata.google.internal/",
      "ftp://s3.example/x",
    ];
    for (const target of targets) {
      assert.throws(() => redirectTarget(from, target, policy(from.href)), { code: "REGISTRY_POLICY" }, target);
    }
  });

  it("lets an inner registry keep its blobs inside, but never at a metadata service", () => {
    const inner = new URL("https://10.0.0.2/v2/");
    assert.equal(redirectTarget(inner, "https://10.0.0.9/x", policy(inner.href)).hostname, "10.0.0.9");
    assert.throws(() => redirectTarget(inner, "https://169.254.169.254/", policy(inner.href)), {
      code: "REGISTRY_POLICY",
    });
  });
});

describe("isAddressAllowed", () => {
  it("refuses names of strangers that lead to a metadata service, whatever the name looks like", () => {
    const registry = policy("https://registry.example.com/v2/");

    for (const address of [
      "169.254.169.254",
      "fe80::1",
      "fd00:ec2::254",
      "100.100.100.200",
      "::ffff:169.254.169.254",
    ]) {
      assert.equal(isAddressAllowed("blobs.example.net", address, registry), false, address);
      assert.equal(isAddressAllowed("registry.example.com", address, registry), true, address);
    }
    assert.equal(isAddressAllowed("blobs.example.net", "10.0.0.9", registry), true);
  });
});

describe("registrableDomain", () => {
  it("is the part that one owner holds", () => {
    const names = ["a.b.example.com", "a.example.co.uk", "co.uk", "x.dkr.ecr.eu-west-1.amazonaws.com", "10.0.0.1"];

    assert.deepEqual(names.map(registrableDomain), [
      "example.com",
      "example.co.uk",
      undefined,
      "eu-west-1.amazonaws.com",
      undefined,
    ]);
  });
});
