import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toConnection } from "@tidewaiter/contract";
import { createRegistry } from "../create-registry.ts";

const addressOf = (roleArn: string | undefined, region: string): string =>
  createRegistry(toConnection({ type: "ecr", roleArn, extra: { region } })).address;

describe("ecr", () => {
  it("finds the account's host in the role, in every partition", () => {
    const role = (partition: string): string => `arn:${partition}:iam::123456789012:role/read`;

    assert.equal(addressOf(role("aws"), "eu-west-1"), "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    assert.equal(addressOf(role("aws-cn"), "cn-north-1"), "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn");
    assert.equal(addressOf(role("aws-us-gov"), "us-gov-west-1"), "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com");
    assert.equal(addressOf(role("aws-iso"), "us-iso-east-1"), "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov");
  });

  it("says that the region is missing", () => {
    const connection = toConnection({ type: "ecr", roleArn: "arn:aws:iam::123456789012:role/read" });

    assert.throws(() => createRegistry(connection), { code: "INPUT_INVALID", action: /CR_REGION/ });
  });

  it("works without a role, on the agent's own account", () => {
    assert.equal(addressOf(undefined, "eu-west-1"), "api.ecr.eu-west-1.amazonaws.com");
  });
});
