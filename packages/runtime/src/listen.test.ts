import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { request } from "undici";
import { listen } from "./listen.ts";

describe("listen", () => {
  it("reads a header that carries a chain of authorities", async () => {
    const listener = await listen((incoming, answer) => answer.end(String(incoming.headers["x-chain"]?.length)), {
      port: 0,
      host: "127.0.0.1",
    });

    const { statusCode, body } = await request(listener.url, { headers: { "x-chain": "a".repeat(40_000) } });

    assert.equal(statusCode, 200);
    assert.equal(await body.text(), "40000");
    await listener.close(0);
  });

  it("refuses a header without end", async () => {
    const listener = await listen((_incoming, answer) => answer.end(), { port: 0, host: "127.0.0.1" });

    const { statusCode, body } = await request(listener.url, { headers: { "x-chain": "a".repeat(100_000) } });
    await body.dump();

    assert.equal(statusCode, 431);
    await listener.close(0);
  });

  it("names the variable when the port is taken", async () => {
    const first = await listen((_incoming, answer) => answer.end(), { port: 0, host: "127.0.0.1" });

    const second = listen(() => {}, { port: first.port, host: "127.0.0.1", portVariable: "SNYK_PORT" });

    await assert.rejects(second, { code: "PORT_IN_USE", message: /SNYK_PORT/ });
    await first.close(0);
  });
});
