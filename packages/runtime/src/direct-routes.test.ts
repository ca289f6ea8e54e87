import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, it } from "node:test";
import { createDirectRoutes, type DirectRoute } from "./direct-routes.ts";
import { BrokerError } from "./errors.ts";
import { listen } from "./listen.ts";
import { silentLogger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { sendBytes } from "./plain-http.ts";

const ROUTES: Readonly<Record<string, DirectRoute["answer"]>> = {
  "/bytes": async (_req, res) => sendBytes(res, 200, { "x-kind": "bytes" }, Buffer.from([0, 233, 255])),
  "/late": async () => {
    throw new BrokerError("TUNNEL_DOWN", "the tunnel is down", { retryAfterMs: 4_200 });
  },
  "/broken": async () => {
    throw new Error("password is hunter22");
  },
};

async function withRoutes(use: (url: string, metrics: () => Promise<string>) => Promise<void>): Promise<void> {
  const metrics = createMetrics("test", "0");
  const find = (req: IncomingMessage): DirectRoute | undefined => {
    const answer = ROUTES[req.url ?? ""];
    return answer && { name: "direct", answer };
  };
  const direct = createDirectRoutes({ find, metrics, log: silentLogger });
  const listener = await listen(
    (req, res) => {
      if (!direct(req, res)) res.end("from the app");
    },
    { port: 0, host: "127.0.0.1" },
  );
  try {
    await use(listener.url, () => metrics.registry.metrics());
  } finally {
    await listener.close(0);
  }
}

describe("direct routes", () => {
  it("answer what is theirs, byte for byte, and leave the rest to the app", async () => {
    await withRoutes(async (url) => {
      const own = await fetch(`${url}/bytes`);
      const other = await fetch(`${url}/other`);

      assert.deepEqual([...new Uint8Array(await own.arrayBuffer())], [0, 233, 255]);
      assert.deepEqual([own.headers.get("content-length"), own.headers.get("x-kind")], ["3", "bytes"]);
      assert.equal(await other.text(), "from the app");
    });
  });

  it("turn an error of the table into its status, and tell of no other error what it says", async () => {
    await withRoutes(async (url) => {
      const late = await fetch(`${url}/late`);
      const broken = await fetch(`${url}/broken`);

      assert.deepEqual([late.status, late.headers.get("retry-after")], [503, "5"]);
      assert.match(late.headers.get("snyk-request-id") ?? "", /^[0-9a-f-]{36}$/);
      assert.equal(((await late.json()) as { code: string }).code, "TUNNEL_DOWN");
      assert.deepEqual([broken.status, (await broken.text()).includes("hunter22")], [500, false]);
    });
  });

  it("are measured by method, name and status", async () => {
    await withRoutes(async (url, metrics) => {
      await (await fetch(`${url}/late`)).text();

      assert.match(
        await metrics(),
        /tidewaiter_http_request_seconds_count\{role="test",method="GET",route="direct",status="503"\} 1/,
      );
    });
  });
});
