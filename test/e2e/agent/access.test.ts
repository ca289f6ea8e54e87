import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { encodeCredentials } from "@tidewaiter/contract";
import { listen } from "@tidewaiter/runtime";
import { createContent, registryApp } from "@tidewaiter/sample-registry";
import { debianImage, startAgentFixture } from "./agent-fixture.ts";
import { startAgentProcess } from "./agent-process.ts";
import { startCallbackSink } from "./callback-sink.ts";

describe("who may ask the agent", { timeout: 180_000 }, () => {
  it("is whoever knows the secret, once it is set", async () => {
    const fixture = await startAgentFixture({ TIDEWAITER_AGENT_SECRET: "harbour-master-9000" });
    const client = await fixture.client("secret");
    const knowing = { ...client, headers: { ...client.headers, "x-tidewaiter-secret": "harbour-master-9000" } };

    const statuses = [
      (await fixture.call(client, "GET", "/list")).status,
      (await fixture.call(client, "GET", "/scans")).status,
      (await fixture.scan(client, { scanId: "a", repository: "app" })).status,
      (await fixture.call(client, "GET", "/healthcheck")).status,
      (await fixture.call(knowing, "GET", "/list")).status,
    ];
    await fixture.close();

    assert.deepEqual(statuses, [401, 401, 401, 200, 200]);
  });

  it("may not make it call registries, token hosts and roles outside the lists", async () => {
    const fixture = await startAgentFixture({
      TIDEWAITER_ALLOWED_REGISTRIES: "*.corp.example",
      TIDEWAITER_ALLOWED_ROLE_ARNS: "arn:aws:iam::1:role/*",
    });
    const client = await fixture.client("outside");
    const ecr = encodeCredentials({
      type: "ecr",
      roleArn: "arn:aws:iam::2:role/other",
      extra: { region: "eu-west-1" },
    }).reveal();

    const list = await fixture.call(client, "GET", "/list");
    const check = await fixture.call(client, "GET", "/validate-credentials");
    const scan = await fixture.scan(client, { scanId: "a", repository: "app" });
    const role = await fixture.call({ ...client, headers: { ...client.headers, authorization: ecr } }, "GET", "/list");
    await fixture.close();

    assert.deepEqual(
      [list.status, list.body.code, check.status, scan.status, role.status, role.body.code],
      [403, "FORBIDDEN", 403, 403, 403, "FORBIDDEN"],
    );
  });

  it("may be the vendor's client, which names its callback address in the body only", async () => {
    const fixture = await startAgentFixture();
    const client = await fixture.client("vendor");
    client.registry.push("app", "latest", await debianImage({ bash: "1" }));
    const vendor = { ...client, headers: { authorization: `Basic ${client.headers.authorization}` } };
    const other = {
      ...vendor,
      headers: { authorization: encodeCredentials({ type: "oci", registryBase: "http://127.0.0.1:1" }).reveal() },
    };

    const accepted = await fixture.scan(vendor, { scanId: "v", repository: "app", callbackUrl: client.sink.url });
    const result = await client.sink.until(({ path }) => path.endsWith("/result"));
    const query = `?callbackUrl=${encodeURIComponent(client.sink.url)}`;
    const [own, foreign] = [
      await fixture.call(vendor, "GET", `/scans/v${query}`),
      await fixture.call(other, "GET", `/scans/v${query}`),
    ];
    await fixture.close();

    assert.deepEqual([accepted.status, result.body.state, own.status, foreign.status], [202, "Complete", 200, 404]);
  });

  it("cannot have results sent to metadata services", async () => {
    const fixture = await startAgentFixture();
    const client = await fixture.client("metadata");
    const evil = {
      ...client,
      headers: { ...client.headers, "x-tidewaiter-callback": "http://169.254.169.254/latest" },
    };

    const answer = await fixture.scan(evil, { scanId: "m", repository: "app" });
    await fixture.close();

    assert.deepEqual([answer.status, answer.body.code], [502, "CALLBACK_REFUSED"]);
  });
});

describe("the agent's output", { timeout: 180_000 }, () => {
  it("has no credential in it, also with every library's debug lines on", async () => {
    const password = "kept-out-of-logs-4711";
    const content = createContent();
    content.push("app", "latest", await debianImage({ bash: "1" }));
    const registry = await listen(registryApp({ content, accounts: { reader: password } }), {
      port: 0,
      host: "127.0.0.1",
    });
    const sink = await startCallbackSink();
    const folder = await mkdtemp(join(tmpdir(), "tidewaiter-debug-"));
    const env = {
      TIDEWAITER_DATA_DIR: folder,
      DEBUG: "*",
      NODE_DEBUG: "http,net,tls,undici",
      LOG_LEVEL: "trace",
      TIDEWAITER_AGENT_SECRET: "harbour-master-9000",
    };
    const agent = await startAgentProcess({ env });
    const credential = encodeCredentials({
      type: "oci",
      registryBase: registry.url,
      username: "reader",
      password,
      extra: { plainHttp: true },
    }).reveal();
    const headers = {
      authorization: credential,
      "x-tidewaiter-callback": sink.url,
      "x-tidewaiter-secret": "harbour-master-9000",
      "content-type": "application/json",
    };

    const body = JSON.stringify({
      scanId: "a",
      nonce: "nonce-of-sixteen-characters",
      repository: "app",
      reference: "latest",
    });
    await fetch(`${agent.url}/scan`, { method: "POST", headers, body });
    await sink.until(({ path }) => path.endsWith("/done"));
    await fetch(`${agent.url}/systemcheck`, { headers });
    await agent.stop();
    const output = agent.output();
    await Promise.all([registry.close(0), sink.close()]);
    await rm(folder, { recursive: true, force: true });

    assert.ok(output.length > 1_000);
    const basic = Buffer.from(`reader:${password}`).toString("base64");
    for (const secret of [password, credential, basic, "harbour-master-9000"]) {
      assert.equal(
        output.indexOf(secret),
        -1,
        `found in: ${output.slice(Math.max(0, output.indexOf(secret) - 200), output.indexOf(secret)).slice(-300)}`,
      );
    }
  });
});
