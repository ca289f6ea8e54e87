import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judgeVersion, parseClientIdentity, parseServerCapabilities } from "./identify.ts";

describe("identify", () => {
  it("lower-cases the token and keeps what is well-formed", () => {
    const read = parseClientIdentity({
      token: "AB-1",
      metadata: { version: "5.0.0", capabilities: ["post-streams"], clientId: 7 },
    });

    assert.deepEqual(
      [read?.token, read?.version, read?.capabilities, read?.clientId],
      ["ab-1", "5.0.0", ["post-streams"], undefined],
    );
  });

  it("takes the bare token of very old clients", () => {
    assert.equal(parseClientIdentity("TOKEN")?.token, "token");
  });

  it("gives nothing for what names no token", () => {
    const read = [undefined, null, 1, "", {}, { token: 5 }, []].map(parseClientIdentity);

    assert.deepEqual(read, [undefined, undefined, undefined, undefined, undefined, undefined, undefined]);
  });

  it("contains malformed capabilities", () => {
    const read = [{ capabilities: ["a", 1] }, { capabilities: "a" }, null, { capabilities: ["b"] }].map(
      parseServerCapabilities,
    );

    assert.deepEqual(read, [[], [], [], ["b"]]);
  });

  it("compares versions with both cut-offs", () => {
    const verdicts = ["4.99.9", "4.100.0", "4.182.0", "5.22.14-rc.1", "local", "banana", "1".repeat(30)].map(
      (version) => judgeVersion(version, "4.100.0", "4.182.0"),
    );

    assert.deepEqual(verdicts, ["refused", "old", "good", "good", "good", "refused", "refused"]);
  });
});
