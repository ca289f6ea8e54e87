import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  checkReportSchema,
  type ScanResult,
  scanDoneSchema,
  scanProgressSchema,
  scanResultSchema,
  tagsWithMetadataSchema,
} from "@tidewaiter/contract";
import { type AgentFixture, debianImage, startAgentFixture } from "./agent-fixture.ts";

describe("the registry agent", { timeout: 180_000 }, () => {
  let fixture: AgentFixture;
  before(async () => {
    fixture = await startAgentFixture();
  });
  after(() => fixture.close());

  it("scans an image and sends progress, result and done by callback, in that order", async () => {
    const client = await fixture.client("first");
    client.registry.push("team/app", "latest", await debianImage({ bash: "5.2.15-2+b7", zlib1g: "1:1.2.13.dfsg-1" }));

    const accepted = await fixture.scan(client, { scanId: "scan-1", repository: "team/app" });
    await client.sink.until(({ path }) => path === "/api/v2/import/done");

    assert.deepEqual([accepted.status, accepted.body], [202, { id: "scan-1", state: "Queued" }]);
    const result = client.sink.received.find(({ path }) => path === "/api/v2/import/result");
    const { state, inventory, scanId } = scanResultSchema.parse(result?.body);
    assert.deepEqual(
      [state, scanId, inventory?.packages.map(({ name }) => name).sort()],
      ["Complete", "scan-1", ["bash", "zlib1g"]],
    );
    assert.equal(result?.headers.authorization, undefined);
    const progress = client.sink.received.find(({ path }) => path === "/api/v2/import/progress");
    assert.equal(scanProgressSchema.parse(progress?.body).scanId, "scan-1");
    assert.equal(scanDoneSchema.parse(client.sink.received.at(-1)?.body).state, "Complete");
  });

  it("lists, pages and names the state of what is in the registry", async () => {
    const client = await fixture.client("lists", { accounts: { reader: 'pass"word' } });
    const image = await debianImage({ bash: "5.2" });
    for (const tag of ["a", "b", "c"]) client.registry.push("team/app", tag, image);
    client.registry.push("team/tool", "latest", image);

    const repositories = await fixture.call(client, "GET", "/list");
    const tags = await fixture.call(client, "GET", "/list/team/app");
    const first = await fixture.call(client, "GET", "/list-paginated/team/app?limit=2");
    const second = await fixture.call(
      client,
      "GET",
      `/list-paginated/team/app?limit=2&cursor=${first.body.nextCursor}`,
    );
    const state = await fixture.call(client, "GET", "/get-state-identifier?repository=team/app&reference=b");
    const metadata = await fixture.call(client, "GET", "/image-metadata/team/app?reference=b");

    assert.deepEqual(repositories.body, { repositories: ["team/app", "team/tool"] });
    assert.deepEqual(tags.body, { repository: "team/app", tags: ["a", "b", "c"] });
    assert.deepEqual([first.body.tags, second.body], [["a", "b"], { repository: "team/app", tags: ["c"] }]);
    assert.equal(state.body.stateIdentifier, image.descriptor.digest);
    assert.deepEqual([metadata.body.digest, metadata.body.layers], [image.descriptor.digest, 1]);
  });

  it("keeps two clients with the same image name apart", async () => {
    const [one, two] = [await fixture.client("one"), await fixture.client("two")];
    one.registry.push("app", "latest", await debianImage({ bash: "1.0" }));
    two.registry.push("app", "latest", await debianImage({ dash: "2.0" }));

    await fixture.scan(one, { scanId: "same", repository: "app" });
    await fixture.scan(two, { scanId: "same", repository: "app" });
    await fixture.scan(two, { scanId: "other", repository: "app" });
    const isResult = (id: string) => (callback: { path: string; body: Record<string, unknown> }) =>
      callback.path === "/api/v2/import/result" && callback.body.scanId === id;
    const results = [await one.sink.until(isResult("same")), await two.sink.until(isResult("same"))];
    await two.sink.until(isResult("other"));
    const foreign = await fixture.call(one, "GET", "/scans/other");
    const stopForeign = await fixture.call(one, "DELETE", "/scans/other");

    const names = results.map(({ body }) => (body as ScanResult).inventory?.packages.map(({ name }) => name));
    assert.deepEqual(names, [["bash"], ["dash"]]);
    assert.deepEqual([foreign.status, stopForeign.status], [404, 404]);
    assert.deepEqual(one.sink.received.filter(isResult("other")), []);
    const list = await fixture.call(one, "GET", "/scans");
    assert.deepEqual(
      (list.body.scans as { id: string }[]).map(({ id }) => id),
      ["same"],
    );
  });

  it("answers the first version's call with the result itself", async () => {
    const client = await fixture.client("first-version");
    client.registry.push("team/app", "1.0", await debianImage({ bash: "5.2" }));

    const { status, body } = await fixture.call(client, "POST", "/discover", {
      repository: "team/app",
      reference: "1.0",
    });

    const { state, inventory } = scanResultSchema.parse(body);
    assert.deepEqual([status, state, inventory?.packages.map(({ name }) => name)], [200, "Complete", ["bash"]]);
    assert.deepEqual(
      client.sink.received.filter(({ path }) => !path.endsWith("progress")),
      [],
    );
  });

  it("says what is wrong with an image that is not there, and does not try it again", async () => {
    const client = await fixture.client("missing");

    await fixture.scan(client, { scanId: "missing", repository: "no/such" });
    const result = await client.sink.until(({ path }) => path === "/api/v2/import/result");

    const { state, error } = scanResultSchema.parse(result.body);
    assert.deepEqual([state, error?.code], ["Failed", "MANIFEST_UNKNOWN"]);
    assert.ok(error?.likely && error.action);
  });

  it("tells of tags with their digests, and checks the way to the registry step by step", async () => {
    const client = await fixture.client("metadata", { accounts: { reader: 'pass"word' } });
    const image = await debianImage({ bash: "5.3" });
    client.registry.push("team/app", "latest", image);

    const tags = await fixture.call(client, "GET", "/list-with-metadata/team/app");
    const check = await fixture.call(client, "GET", "/systemcheck");
    const verdict = await fixture.call(client, "GET", "/validate-credentials");

    const { tags: listed } = tagsWithMetadataSchema.parse(tags.body);
    assert.deepEqual(
      listed.map(({ tag, digest }) => [tag, digest]),
      [["latest", image.descriptor.digest]],
    );
    const { ok, steps } = checkReportSchema.parse(check.body);
    assert.deepEqual([check.status, ok, steps.at(-1)?.verdict], [200, true, "pass"]);
    assert.deepEqual([verdict.status, verdict.body.ok], [200, true]);
  });

  it("reads what the vendor's client pastes: a key with quotes inside, after Basic", async () => {
    const client = await fixture.client("pasted", { accounts: { _json_key: '{ "type": "service_account" }' } });
    const { registryBase } = JSON.parse(Buffer.from(client.headers.authorization ?? "", "base64").toString());
    const { host } = new URL(registryBase);
    const pasted = `{"type":"oci", "username":"_json_key", "password":"{ "type": "service_account" }", "registryBase":"${host}"}\n`;
    const authorization = `Basic ${Buffer.from(pasted).toString("base64")}`;

    const headers = { ...client.headers, authorization };
    const { body } = await fixture.call({ ...client, headers }, "GET", "/list");

    // The template has no room for the option that allows plain HTTP: the registry was found, and that is what it says.
    assert.equal(body.code, "REGISTRY_PLAIN_HTTP");
  });

  it("describes its routes as OpenAPI", async () => {
    const client = await fixture.client("reader");

    const { body } = await fixture.call(client, "GET", "/openapi.json");

    const paths = Object.keys(body.paths as object);
    assert.ok(paths.includes("/scan") && paths.includes("/scans/{id}") && paths.includes("/list/{repository}"));
  });
});
