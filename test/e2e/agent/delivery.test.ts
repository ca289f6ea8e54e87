import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type AgentFixture, debianImage, startAgentFixture, type TestClient } from "./agent-fixture.ts";
import { type ReceivedCallback, startCallbackSink } from "./callback-sink.ts";

const isResult = ({ path }: ReceivedCallback): boolean => path.endsWith("/result");
const isDone = ({ path }: ReceivedCallback): boolean => path.endsWith("/done");

describe("results on their way", { timeout: 180_000 }, () => {
  let fixture: AgentFixture;
  before(async () => {
    fixture = await startAgentFixture({ TIDEWAITER_CALLBACK_PAUSE_MS: "50" });
  });
  after(() => fixture.close());

  it("wait for a server that is down, and keep their order", async () => {
    const client = await clientWithImage(fixture, "server-down");
    let left = 4;
    client.sink.answer = ({ path }) => (path.endsWith("/progress") || --left < 0 ? 200 : 503);

    await fixture.scan(client, { scanId: "a", repository: "app" });
    await client.sink.until(isDone);

    const kinds = client.sink.received
      .filter((callback) => isResult(callback) || isDone(callback))
      .map(({ path }) => path.split("/").at(-1));
    assert.deepEqual(kinds, ["result", "result", "result", "result", "result", "done"]);
    const keys = client.sink.received.filter(isResult).map(({ headers }) => headers["idempotency-key"]);
    assert.deepEqual(new Set(keys), new Set(["a:1"]));
  });

  it("wait for a client that is down, and for an agent that is restarted meanwhile", async () => {
    const client = await clientWithImage(fixture, "client-down");
    await client.sink.close();
    await fixture.scan(client, { scanId: "b", repository: "app" });
    await untilState(fixture, client, "b", "Complete");
    await fixture.restart();

    const sink = await startCallbackSink(client.sink.port);
    const result = await sink.until(isResult);
    await sink.until(isDone);
    await sink.close();

    assert.deepEqual([result.body.scanId, result.body.state], ["b", "Complete"]);
  });

  it("are kept and shown when the server refuses them for good, and hold up nobody", async () => {
    const client = await clientWithImage(fixture, "refused");
    client.sink.answer = ({ path, body }) => (path.endsWith("/result") && body.scanId === "bad" ? 422 : 200);

    await fixture.scan(client, { scanId: "bad", repository: "app" });
    await fixture.scan(client, { scanId: "good", repository: "app" });
    await client.sink.until((callback) => isDone(callback) && callback.body.scanId === "good");
    const shown = await untilDelivery(fixture, client, "bad", "refused");

    assert.deepEqual([shown.state, shown.status, shown.reason], ["refused", 422, "answered 422"]);
    assert.equal(
      client.sink.received.filter((callback) => callback.body.scanId === "bad" && isDone(callback)).length,
      0,
    );
    assert.match(
      await fixture.metrics.registry.metrics(),
      /tidewaiter_callbacks_total\{state="refused",role="agent"\} 1/,
    );
  });

  it("of one client pass while another's address does not answer", async () => {
    const [stuck, free] = [await clientWithImage(fixture, "stuck"), await clientWithImage(fixture, "free")];
    const release = Promise.withResolvers<number>();
    stuck.sink.answer = () => release.promise;

    for (let index = 0; index < 6; index += 1) await fixture.scan(stuck, { scanId: `s${index}`, repository: "app" });
    await fixture.scan(free, { scanId: "f", repository: "app" });
    const result = await free.sink.until(isResult);
    release.resolve(200);

    assert.equal(result.body.scanId, "f");
  });

  it("follow no redirect", async () => {
    const [client, elsewhere] = [await clientWithImage(fixture, "redirect"), await startCallbackSink()];
    client.sink.answer = () => 307;

    await fixture.scan(client, { scanId: "r", repository: "app" });
    await client.sink.until(isResult);
    await client.sink.until((callback) => isResult(callback) && client.sink.received.filter(isResult).length > 1);
    await elsewhere.close();

    assert.deepEqual(elsewhere.received, []);
  });

  it("leave no credential behind, neither while the job waits nor after it", async () => {
    const password = "kept-nowhere-in-clear-4711";
    const client = await fixture.client("secret", { accounts: { reader: password } });
    client.registry.push("app", "latest", await debianImage({ bash: "5.2" }));

    await fixture.scan(client, { scanId: "c", repository: "app" });
    await client.sink.until(isDone);
    const files = await readdir(fixture.folder);
    const contents = await Promise.all(files.map((name) => readFile(join(fixture.folder, name))));

    for (const secret of [password, client.headers.authorization ?? ""]) {
      assert.ok(contents.every((bytes) => !bytes.includes(secret)));
      assert.ok(!JSON.stringify(client.sink.received).includes(secret));
    }
  });
});

async function clientWithImage(fixture: AgentFixture, name: string): Promise<TestClient> {
  const client = await fixture.client(name);
  client.registry.push("app", "latest", await debianImage({ bash: "5.2" }));
  return client;
}

async function untilState(fixture: AgentFixture, client: TestClient, id: string, state: string): Promise<void> {
  while ((await fixture.call(client, "GET", `/scans/${id}`)).body.state !== state) await delay(20);
}

async function untilDelivery(fixture: AgentFixture, client: TestClient, id: string, state: string) {
  for (;;) {
    const { body } = await fixture.call(client, "GET", `/scans/${id}`);
    const delivery = body.delivery as { state: string; status?: number; reason?: string } | undefined;
    if (delivery?.state === state) return delivery;
    await delay(20);
  }
}
