import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ignoredVariables } from "./ignored-variables.ts";

describe("variables without effect", () => {
  it("are named with the reason when they are set, and not when they are off", () => {
    const env = { RES_BODY_URL_SUB: "https://git.example", LOG_ENABLE_BODY: "false", UNIVERSAL_BROKER_ENABLED: "true" };

    const ignored = ignoredVariables(env);

    assert.deepEqual(
      ignored.map(({ name }) => name),
      ["RES_BODY_URL_SUB", "UNIVERSAL_BROKER_ENABLED"],
    );
    assert.match(ignored[0]?.reason ?? "", /token into response bodies/);
  });
});
