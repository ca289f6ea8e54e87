import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { commonBundleFiles, writeSupportBundle } from "./support-bundle.ts";

const ENV = {
  CR_PASSWORD: "password-canary",
  CR_BASE: "registry.example.com",
  BROKER_TOKEN_FILE: "/run/secrets/none",
  HTTPS_PROXY: "http://user:proxy-canary@proxy.example.com:3128",
  HOME: "/root",
};

describe("a support bundle", () => {
  it("says which variables are set and no secret of theirs", async () => {
    const sink = new PassThrough();

    await Promise.all([
      writeSupportBundle({ ...commonBundleFiles(ENV), "note.txt": "CR said password-canary" }, ENV, sink),
      buffer(sink).then((bytes) => {
        const text = gunzipSync(bytes).toString("utf8");
        assert.match(text, /"CR_PASSWORD": "\[set\]"/);
        assert.match(text, /"CR_BASE": "registry\.example\.com"/);
        assert.match(text, /"BROKER_TOKEN_FILE": "\/run\/secrets\/none"/);
        assert.match(text, /CR said \[redacted\]/);
        assert.doesNotMatch(text, /canary|\/root/);
      }),
    ]);
  });
});
