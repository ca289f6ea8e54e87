import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isExcluded, tunnelAgent } from "./connect-agent.ts";

const TLS = { rejectUnauthorized: true };

describe("proxy of the tunnel", () => {
  it("is left out for hosts, domains and ports of NO_PROXY", () => {
    const url = new URL("https://broker.example.com");

    const verdicts = [
      "broker.example.com",
      ".example.com",
      "*.example.com",
      "example.com",
      "example.com:443",
      "*",
      "example.com:80",
      "other.com",
      "ample.com",
      "",
    ].map((noProxy) => isExcluded(url, noProxy));

    assert.deepEqual(verdicts, [true, true, true, true, true, true, false, false, false, false]);
  });

  it("follows the scheme of the server", () => {
    const proxies = { httpsProxy: "http://p:3128" };

    assert.equal(tunnelAgent(new URL("http://a"), proxies, TLS, 1), undefined);
    assert.ok(tunnelAgent(new URL("https://a"), proxies, TLS, 1));
    assert.equal(tunnelAgent(new URL("https://a"), { ...proxies, noProxy: "a" }, TLS, 1), undefined);
  });
});
