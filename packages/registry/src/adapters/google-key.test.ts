import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toConnection } from "@tidewaiter/contract";
import { readGoogleKey } from "./google-key.ts";

const pem = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n";
const json = JSON.stringify({ client_email: "a@b", private_key: pem, project_id: "p" });
const read = (password: string, username = "_json_key") =>
  readGoogleKey(toConnection({ type: "gcr", username, password }))?.private_key;

describe("readGoogleKey", () => {
  it("reads a key as it was downloaded, in base64, and with line breaks that were damaged on the way", () => {
    const forms = [
      json,
      `  ${json}\n`,
      Buffer.from(json).toString("base64"),
      json.replaceAll("\\n", "\n"),
      json.replaceAll("\\n", "\\\\n"),
    ];

    for (const form of forms) assert.equal(read(form), pem);
  });

  it("takes nothing else for a key", () => {
    assert.deepEqual(
      [read("ya29.token", "oauth2accesstoken"), read("{}"), read("no key"), read('{"client_email":1}')],
      [undefined, undefined, undefined, undefined],
    );
  });
});
