import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toConnection } from "@tidewaiter/contract";
import { createAllowedTargets } from "./allowed-targets.ts";

describe("the allowed targets", () => {
  it("are all when nothing is set", () => {
    const allowed = createAllowedTargets(undefined, undefined);

    allowed.checkAddress("https://any.example:5000/path");
    allowed.checkConnection(toConnection({ type: "ecr", roleArn: "arn:aws:iam::1:role/any" }));
  });

  it("match hosts with and without their port", () => {
    const allowed = createAllowedTargets(["*.corp.example", "registry:5000"], undefined);

    for (const address of ["https://a.corp.example/team", "a.corp.example:8443", "http://REGISTRY:5000"])
      allowed.checkAddress(address);
    for (const address of [
      "registry:5001",
      "corp.example.evil",
      "a.corp.example.evil/x.corp.example",
      "a.corp.example@evil",
    ]) {
      assert.throws(() => allowed.checkAddress(address), { code: "FORBIDDEN" }, address);
    }
  });

  it("cover token hosts and listing addresses as well", () => {
    const allowed = createAllowedTargets(["registry.corp.example"], undefined);

    assert.throws(
      () => allowed.checkConnection(toConnection({ type: "oci", extra: { tokenHosts: ["evil.example"] } })),
      { code: "FORBIDDEN" },
    );
    assert.throws(
      () => allowed.checkConnection(toConnection({ type: "oci", extra: { apiUrl: "https://evil.example/" } })),
      { code: "FORBIDDEN" },
    );
  });

  it("hold roles to their list, and the agent's own identity to the word for it", () => {
    const allowed = createAllowedTargets(undefined, ["arn:aws:iam::1:role/read/*"]);
    const ecr = (roleArn?: string) => toConnection({ type: "ecr", roleArn });

    allowed.checkConnection(ecr("arn:aws:iam::1:role/read/team/a"));
    assert.throws(() => allowed.checkConnection(ecr("arn:aws:iam::2:role/read/a")), { code: "FORBIDDEN" });
    assert.throws(() => allowed.checkConnection(ecr()), { code: "FORBIDDEN" });
    createAllowedTargets(undefined, ["ambient"]).checkConnection(ecr());
  });
});
