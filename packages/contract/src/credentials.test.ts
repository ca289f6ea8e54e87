import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { BrokerError } from "@tidewaiter/runtime";
import fc from "fast-check";
import { type CredentialBlob, decodeCredentials, encodeCredentials } from "./credentials.ts";

const encode = (text: string): string => Buffer.from(text).toString("base64");

describe("decodeCredentials", () => {
  it("gives back any password that was encoded", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (password) => {
        const blob: CredentialBlob = { type: "harbor-cr", username: "robot$a", password, registryBase: "harbor.corp" };

        const connection = decodeCredentials(encodeCredentials(blob).reveal());

        assert.equal(connection.password?.reveal(), password);
        assert.equal(connection.base, "harbor.corp");
      }),
    );
  });

  it("takes the blob bare and after Basic or Bearer", () => {
    const blob = encode('{"type":"oci","registryBase":"a"}');

    const types = [blob, `Basic ${blob}`, `bearer ${blob}`].map((header) => decodeCredentials(header).type);

    assert.deepEqual(types, ["oci", "oci", "oci"]);
  });

  it("reads the vendor client's pasted template, in which quotes of a Google key are not escaped", () => {
    const key = '{"type": "service_account", "private_key": "-----BEGIN\\n"}';
    const pasted = `{"type":"google-artifact-cr", "username":"_json_key", "password":"${key}", "registryBase":"eu-docker.pkg.dev"}\n`;

    const connection = decodeCredentials(encode(pasted));

    assert.equal(connection.password?.reveal(), key);
    assert.equal(connection.base, "eu-docker.pkg.dev");
  });

  it("reads the ECR form with its role, region and external id", () => {
    const connection = decodeCredentials(
      encode(
        '{"type":"ElasticCR","roleArn":"arn:aws:iam::1:role/r","extra":{"region":"eu-west-1","externalId":"x1y2","new":1}}',
      ),
    );

    assert.deepEqual(
      [connection.type, connection.roleArn, connection.region],
      ["ecr", "arn:aws:iam::1:role/r", "eu-west-1"],
    );
    assert.equal(connection.externalId?.reveal(), "x1y2");
  });

  it("reads the options of a connection, as lists and as comma-separated text", () => {
    const extra = { plainHttp: "true", repositories: "a, b", platforms: ["linux/arm64"], apiToken: "t0k" };

    const connection = decodeCredentials(encode(JSON.stringify({ type: "oci", registryBase: "a", extra })));

    assert.equal(connection.isPlainHttp, true);
    assert.deepEqual(connection.repositories, ["a", "b"]);
    assert.deepEqual(connection.platforms, ["linux/arm64"]);
    assert.doesNotMatch(inspect(connection, { depth: 9 }), /t0k/);
  });

  it("names what is wrong without repeating the credential", () => {
    const broken = [encode('{"type":"nothing","password":"hunter22"}'), encode("hunter22"), "\u0000"];

    for (const header of broken) {
      assert.throws(
        () => decodeCredentials(header),
        (error: unknown) => {
          assert.ok(error instanceof BrokerError);
          assert.equal(error.code, "INPUT_INVALID");
          assert.doesNotMatch(error.message, /hunter22/);
          return true;
        },
      );
    }
    assert.throws(() => decodeCredentials(undefined), { code: "UNAUTHENTICATED" });
  });

  it("never throws anything but a coded error, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (header) => {
        try {
          decodeCredentials(header);
        } catch (error) {
          assert.ok(error instanceof BrokerError);
        }
      }),
    );
  });
});
