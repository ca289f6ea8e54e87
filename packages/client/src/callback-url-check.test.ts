import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createDispatcher, listen } from "@tidewaiter/runtime";
import { checkCallbackUrl } from "./callback-url-check.ts";
import { judgeAge } from "./preflight.ts";

const dispatcher = createDispatcher({});
const check = async (callbackUrl: string | undefined, isTlsCared = false) =>
  checkCallbackUrl({ callbackUrl, isTlsCared, dispatcher, signal: AbortSignal.timeout(5_000) });

describe("check of BROKER_CLIENT_URL", () => {
  it("passes an address that another host can use, and warns of none and of loopback", async () => {
    const results = await Promise.all([check("http://client:7341"), check(undefined), check("http://localhost:7341")]);

    assert.deepEqual(
      results.map(({ status }) => status),
      ["passing", "warning", "warning"],
    );
  });

  it("finds an https address where nothing answers TLS, unless somebody cares for that", async () => {
    const plain = await listen((_req, res) => void res.end(), { port: 0, host: "127.0.0.1" });
    const url = plain.url.replace("http:", "https:");

    const [alone, cared] = [await check(url), await check("https://client:7341", true)];

    assert.deepEqual([alone.status, cared.status], ["error", "passing"]);
    assert.match(alone.output, /HTTPS_CERT and HTTPS_KEY, or BROKER_CLIENT_URL_TLS_TERMINATED/);
    await plain.close(0);
  });
});

describe("check of the client's age", () => {
  it("warns when the server is more than ten minor versions ahead", () => {
    const statuses = ["5.32.0", "5.33.0", "6.1.0", undefined].map((server) => judgeAge("5.22.14", server).status);

    assert.deepEqual(statuses, ["passing", "warning", "warning", "passing"]);
  });
});
