import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Express, json } from "express";
import { z } from "zod";
import { BrokerError } from "./errors.ts";
import { createHttpApp, type HttpAppOptions } from "./http-app.ts";
import { parseInput } from "./input.ts";
import { listen } from "./listen.ts";
import { silentLogger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";

async function withApp(
  options: Partial<HttpAppOptions> & { routes: (app: Express) => void },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const app = createHttpApp({
    log: silentLogger,
    metrics: createMetrics("test", "0"),
    readiness: () => ({ isReady: true }),
    ...options,
  });
  const listener = await listen(app, { port: 0, host: "127.0.0.1" });
  try {
    await use(listener.url);
  } finally {
    await listener.close(0);
  }
}

describe("createHttpApp", () => {
  it("answers a coded error with its status, both texts of advice and the request's id", async () => {
    const routes = (app: Express) =>
      app.get("/x", () => {
        throw new BrokerError("REGISTRY_RATE_LIMITED", "quota used up", { retryAfterMs: 1_500 });
      });
    await withApp({ routes: (app) => void routes(app) }, async (url) => {
      const requestId = "0d7f4b5e-8a0f-4d7a-9a3e-3f1f6c2b1a00";
      const answer = await fetch(`${url}/x`, { headers: { "x-request-id": requestId } });

      assert.equal(answer.status, 429);
      assert.equal(answer.headers.get("retry-after"), "2");
      assert.equal(answer.headers.get("snyk-request-id"), requestId);
      const body = (await answer.json()) as { error: Record<string, string> };
      assert.deepEqual(
        [body.error.code, body.error.message, body.error.requestId],
        ["REGISTRY_RATE_LIMITED", "quota used up", requestId],
      );
      assert.ok(body.error.likely && body.error.action);
    });
  });

  it("tells the caller nothing of an error without a code", async () => {
    const routes = (app: Express) =>
      void app.get("/x", () => {
        throw new Error("password is hunter22");
      });
    await withApp({ routes, errorShape: () => "vendor" }, async (url) => {
      const answer = await fetch(`${url}/x`);
      const text = await answer.text();

      assert.equal(answer.status, 500);
      assert.doesNotMatch(text, /hunter22/);
      assert.equal(JSON.parse(text).code, "INTERNAL");
    });
  });

  it("names every fault of a body, and answers broken JSON and unknown paths in the same form", async () => {
    const routes = (app: Express) =>
      void app.post(
        "/x",
        json(),
        (req, res) => void res.json(parseInput(z.object({ a: z.number(), b: z.string() }), req.body)),
      );
    await withApp({ routes }, async (url) => {
      const post = (body: string) =>
        fetch(`${url}/x`, { method: "POST", body, headers: { "content-type": "application/json" } });
      const answers = [await post('{"a":"1"}'), await post("{"), await fetch(`${url}/nowhere`)];
      const errors = await Promise.all(
        answers.map(
          async (answer) => ((await answer.json()) as { error: { code: string; details?: unknown[] } }).error,
        ),
      );

      assert.deepEqual(
        answers.map(({ status }) => status),
        [400, 400, 404],
      );
      assert.deepEqual(
        errors.map(({ code }) => code),
        ["INPUT_INVALID", "INPUT_INVALID", "NOT_FOUND"],
      );
      assert.equal(errors[0]?.details?.length, 2);
    });
  });

  it("has probes that tell live from ready, and metrics", async () => {
    await withApp({ routes: () => {}, readiness: () => ({ isReady: false, reasons: ["store"] }) }, async (url) => {
      const [live, ready, metrics] = await Promise.all(
        ["/livez", "/readyz", "/metrics"].map((path) => fetch(url + path)),
      );

      assert.equal(live?.status, 200);
      assert.equal(ready?.status, 503);
      assert.deepEqual(await ready?.json(), { ok: false, reasons: ["store"] });
      assert.match((await metrics?.text()) ?? "", /tidewaiter_build_info\{.*role="test".*\} 1/);
    });
  });
});

describe("listen", () => {
  it("says which port is taken and which variable chooses it", async () => {
    await withApp({ routes: () => {} }, async (url) => {
      const port = Number(new URL(url).port);

      await assert.rejects(
        listen(() => {}, { port, host: "127.0.0.1", portVariable: "SNYK_PORT" }),
        {
          code: "PORT_IN_USE",
          message: `port ${port} on 127.0.0.1 is taken (variable SNYK_PORT)`,
        },
      );
    });
  });

  it("lets a running answer end before it closes", async () => {
    const started = Promise.withResolvers<void>();
    const listener = await listen(
      (_req, res) => {
        started.resolve();
        setTimeout(() => res.end("done"), 50);
      },
      { port: 0, host: "127.0.0.1" },
    );

    const answer = fetch(listener.url);
    await started.promise;
    await listener.close(5_000);

    assert.equal(await (await answer).text(), "done");
    await assert.rejects(fetch(listener.url));
  });
});
