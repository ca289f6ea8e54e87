import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { createCommands, shellQuote } from "./commands.ts";

describe("commands to paste", () => {
  const input = {
    type: "harbor-cr",
    options: { registryBase: "harbor.example.com" },
    token: "t",
    serverUrl: "https://server.example",
    version: "1.2.3",
  } as const;

  it("fill in everything but the registry's secrets", () => {
    const { client, agent } = createCommands(input);

    for (const part of [
      "BROKER_TOKEN=t",
      "BROKER_SERVER_URL=https://server.example",
      "CR_TYPE=harbor-cr",
      "CR_BASE=harbor.example.com",
      "CR_AGENT_URL=http://tidewaiter-agent:17500",
      "'CR_PASSWORD=<cr_password>'",
      "tidewaiter/broker-client:1.2.3",
    ]) {
      assert.ok(client.includes(part), part);
    }
    assert.match(agent, /^docker network .*\ndocker run .* tidewaiter\/registry-agent:1\.2\.3$/s);
    assert.ok(!agent.includes("--publish"), "only the client reaches the agent");
  });

  it("ask for an account at a registry that can be read without one only where there is one", () => {
    const open = createCommands({ ...input, type: "oci" });
    const closed = createCommands({ ...input, type: "oci", options: { hasAccount: true } });

    assert.doesNotMatch(open.client, /CR_USERNAME|CR_PASSWORD/);
    assert.match(closed.client, /CR_USERNAME=<cr_username>[\s\S]*CR_PASSWORD=<cr_password>/);
  });

  it("give the shell the text that was typed, whatever it is", () => {
    for (const text of ["a b", "it's", "$(id)", "`id`", 'a"b', "x;y", "-n", "\\"]) {
      assert.equal(execFileSync("sh", ["-c", `printf %s ${shellQuote(text)}`]).toString(), text);
    }
  });

  it("keep compose from filling in what looks like a variable", () => {
    const { compose } = createCommands({ ...input, options: { registryBase: "a$b" } });

    assert.ok(compose.includes('CR_BASE: "a$$b"'));
  });

  it("ask for the role and region of ECR, and for a user of none", () => {
    const { client } = createCommands({
      ...input,
      type: "ecr",
      options: { roleArn: "arn:aws:iam::1:role/x", region: "eu-central-1" },
    });

    assert.ok(client.includes("CR_ROLE_ARN=arn:aws:iam::1:role/x") && client.includes("CR_REGION=eu-central-1"));
    assert.ok(!client.includes("CR_PASSWORD"));
  });
});
