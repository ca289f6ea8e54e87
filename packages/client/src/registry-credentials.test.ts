import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeCredentials } from "@tidewaiter/contract";
import { type Env, loadSettings } from "@tidewaiter/runtime";
import { registryCredentials } from "./registry-credentials.ts";
import { clientSettings } from "./settings.ts";

const load = (env: Env): ReturnType<typeof registryCredentials> =>
  registryCredentials(
    loadSettings(clientSettings, {
      BROKER_TOKEN: "00000000-1111-4222-8333-444444444444",
      CR_AGENT_URL: "http://a",
      ...env,
    }),
  );
const blob = (env: Env): unknown => JSON.parse(Buffer.from(load(env)?.reveal() ?? "", "base64").toString());

describe("registry credentials", () => {
  it("are real JSON, whatever stands in a password", () => {
    const password = `q"uo\\te\n{"type":"x"}`;

    const read = decodeCredentials(
      load({ CR_TYPE: "harbor-cr", CR_BASE: "h", CR_USERNAME: "u", CR_PASSWORD: password })?.reveal(),
    );

    assert.equal(read.password?.reveal(), password);
  });

  it("take the form that the type asks for", () => {
    assert.deepEqual(blob({ CR_TYPE: "ElasticCR", CR_ROLE_ARN: "arn", CR_REGION: "eu", CR_EXTERNAL_ID: "idid" }), {
      type: "ecr",
      roleArn: "arn",
      extra: { region: "eu", externalId: "idid" },
    });
    assert.deepEqual(blob({ CR_TYPE: "digitalocean-cr", CR_BASE: "r", CR_TOKEN: "tok1" }), {
      type: "digitalocean-cr",
      username: "tok1",
      password: "tok1",
      registryBase: "r",
    });
  });

  it("carry the options of the connection", () => {
    const read = decodeCredentials(
      load({
        CR_TYPE: "oci",
        CR_BASE: "h",
        TIDEWAITER_CR_PLAIN_HTTP: "true",
        TIDEWAITER_CR_REPOSITORIES: "a, b",
      })?.reveal(),
    );

    assert.deepEqual([read.isPlainHttp, read.repositories], [true, ["a", "b"]]);
  });

  it("are taken ready, and are none without a type", () => {
    assert.equal(load({ CR_CREDENTIALS: "ready", CR_TYPE: "oci" })?.reveal(), "ready");
    assert.equal(load({}), undefined);
  });

  it("refuse a type that nobody knows", () => {
    assert.throws(() => load({ CR_TYPE: "floppy" }), { code: "CONFIG_INVALID" });
  });
});
