import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadSettings } from "@tidewaiter/runtime";
import { clientSettings, expandAddresses } from "./settings.ts";

describe("settings of the client", () => {
  it("fill variables into addresses, and into nothing else", () => {
    const env = {
      CR_AGENT_URL: "http://agent",
      BROKER_CLIENT_VALIDATION_URL: "$CR_AGENT_URL/check",
      BROKER_CLIENT_URL: ["http://$", "{HOSTNAME}:7341/$UNSET"].join(""),
      CR_PASSWORD: "pa$CR_AGENT_URL",
      HOSTNAME: "client",
    };

    const expanded = expandAddresses(env);

    assert.deepEqual(
      [expanded.BROKER_CLIENT_VALIDATION_URL, expanded.BROKER_CLIENT_URL, expanded.CR_PASSWORD],
      ["http://agent/check", "http://client:7341/$UNSET", "pa$CR_AGENT_URL"],
    );
  });

  it("name every fault at once and no value", () => {
    const env = { BROKER_TOKEN: "not-a-token", BROKER_SERVER_URL: "ftp://x", PORT: "99999" };

    assert.throws(
      () => loadSettings(clientSettings, env),
      (error: Error) =>
        ["BROKER_TOKEN", "BROKER_SERVER_URL", "PORT", "CR_AGENT_URL"].every((name) => error.message.includes(name)) &&
        !error.message.includes("not-a-token"),
    );
  });
});
