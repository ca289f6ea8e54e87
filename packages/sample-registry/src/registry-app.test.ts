import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { digestOf, MANIFEST_ACCEPT, parseManifest } from "@tidewaiter/oci";
import { type Listener, listen } from "@tidewaiter/runtime";
import { createContent, type RegistryContent } from "./content.ts";
import { buildImage } from "./image-builder.ts";
import { buildLayer } from "./layer-builder.ts";
import { registryApp } from "./registry-app.ts";

describe("registryApp", () => {
  let content: RegistryContent;
  let listener: Listener;

  before(async () => {
    content = createContent();
    const image = buildImage([await buildLayer({ "etc/motd": "hello" })]);
    for (const name of ["a/one", "a/two", "b"]) content.push(name, "1", image);
    listener = await listen(registryApp({ content }), { port: 0, host: "127.0.0.1" });
  });
  after(() => listener.close(0));

  it("lists repositories page by page through Link headers", async () => {
    const first = await fetch(`${listener.url}/v2/_catalog?n=2`);
    const next = /<(.*)>/.exec(first.headers.get("link") ?? "")?.[1];
    const second = await fetch(`${listener.url}${next}`);

    assert.deepEqual(await first.json(), { repositories: ["a/one", "a/two"] });
    assert.deepEqual(await second.json(), { repositories: ["b"] });
    assert.equal(second.headers.get("link"), null);
  });

  it("serves a manifest by tag whose layers it serves by digest", async () => {
    const answer = await fetch(`${listener.url}/v2/a/one/manifests/1`, { headers: { accept: MANIFEST_ACCEPT } });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const manifest = parseManifest(bytes);
    const layer = manifest.kind === "manifest" ? manifest.layers[0] : undefined;
    const blob = await fetch(`${listener.url}/v2/a/one/blobs/${layer?.digest}`);

    assert.equal(answer.headers.get("docker-content-digest"), digestOf(bytes));
    assert.equal(digestOf(new Uint8Array(await blob.arrayBuffer())), layer?.digest);
  });

  it("resumes a blob from a position", async () => {
    const [digest = "", bytes = new Uint8Array()] = [...(content.manifest("b", "1")?.blobs ?? [])][0] ?? [];
    const answer = await fetch(`${listener.url}/v2/b/blobs/${digest}`, { headers: { range: "bytes=10-" } });

    assert.equal(answer.status, 206);
    assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), new Uint8Array(bytes.subarray(10)));
  });

  it("does not find a manifest whose type the Accept header leaves out", async () => {
    const answer = await fetch(`${listener.url}/v2/b/manifests/1`, { headers: { accept: "*/*" } });

    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /MANIFEST_UNKNOWN/);
  });

  it("refuses writes", async () => {
    const answer = await fetch(`${listener.url}/v2/b/manifests/1`, { method: "PUT", body: "{}" });

    assert.equal(answer.status, 405);
  });
});
