import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { listen } from "@tidewaiter/runtime";
import { createSamples, registryApp } from "@tidewaiter/sample-registry";
import { runStart } from "../support/run-start.ts";

const CANARY = 'canary-"quoted"-secret';

describe("secrets", { timeout: 120_000 }, () => {
  it("show nowhere, not even at the highest log level with every library's debug output on", async () => {
    const app = registryApp({ content: await createSamples(), accounts: { scanner: CANARY } });
    const registry = await listen(app, { port: 0, host: "127.0.0.1" });
    const file = join(mkdtempSync(join(tmpdir(), "canary-")), "password");
    writeFileSync(file, CANARY);
    const run = await runStart(["--exit", "--image", "base/debian-slim:12"], {
      CR_TYPE: "oci",
      CR_BASE: new URL(registry.url).host,
      CR_USERNAME: "scanner",
      // By file, so that the process that prints the lines of the others does not know the value itself.
      CR_PASSWORD_FILE: file,
      TIDEWAITER_CR_PLAIN_HTTP: "true",
      LOG_LEVEL: "debug",
      DEBUG: "*",
      NODE_DEBUG: "http,https,net,tls,fetch,undici,websocket",
    });

    const { code, stdout, stderr } = await run.ended;
    await registry.close(0);
    const output = stdout + stderr;
    assert.equal(code, 0, output.slice(-2_000));
    assert.ok(output.length > 10_000, "the debug output is there");
    for (const form of forms(CANARY))
      assert.ok(!output.includes(form), `found a form of the secret: ${form.length} characters`);
  });
});

/** The value itself, and the shapes in which it travels: JSON, Basic, credential blob (its inner part at every offset). */
function forms(value: string): string[] {
  const offsets = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from("\0".repeat(offset) + value).toString("base64");
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
  return [value, JSON.stringify(value).slice(1, -1), Buffer.from(`scanner:${value}`).toString("base64"), ...offsets];
}
