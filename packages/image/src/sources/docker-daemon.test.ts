import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { digestOf } from "@tidewaiter/oci";
import { buildTar } from "../../../../test/support/built-image.ts";
import { analyseImage, openDockerDaemon } from "../index.ts";

/** An engine that knows one image, as the API documents `GET /images/{name}/get`. */
async function startEngine(
  t: TestContext,
  archive: Buffer,
): Promise<{ host: string; port: number; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((req, res) => {
    requests.push(req.url ?? "");
    if (req.url === "/images/shop/get") res.end(archive);
    else res.writeHead(404, { "content-type": "application/json" }).end('{"message":"No such image"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { host: "http://127.0.0.1", port: (server.address() as AddressInfo).port, requests };
}

describe("openDockerDaemon", () => {
  it("reads all layers from one export, in whatever order the engine sends them", async (t) => {
    const layers = await Promise.all([
      buildTar({ "lib/apk/db/installed": "P:musl\nV:1\n\n" }),
      buildTar({ "app/locked.txt": '{"packages":{"node_modules/a":{"version":"1.0.0"}}}' }),
      buildTar({ "app/package-lock.json": { symlink: "locked.txt" } }),
    ]);
    const config = JSON.stringify({ os: "linux", architecture: "arm64", rootfs: { diff_ids: layers.map(digestOf) } });
    const names = ["a/layer.tar", "b/layer.tar", "c/layer.tar"];
    const manifest = JSON.stringify([{ Config: "blobs/sha256/0", RepoTags: ["shop:latest"], Layers: names }]);
    const [one = "", two = "", three = ""] = layers;
    const archive = await buildTar({
      "c/layer.tar": three,
      "a/layer.tar": one,
      "blobs/sha256/0": config,
      "b/layer.tar": two,
      "manifest.json": manifest,
    });
    const { host, port, requests } = await startEngine(t, archive);

    const source = await openDockerDaemon("shop", { engine: { host, port } });
    const { packages, image } = await analyseImage(source);

    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:apk/musl@1", "pkg:npm/a@1.0.0"],
    );
    assert.equal(image.platform, "linux/arm64");
    // Manifest, layers, and one layer again for the file behind the link.
    assert.equal(requests.length, 3);
  });

  it("tells an unknown image from an engine that does not answer", async (t) => {
    const { host, port } = await startEngine(t, Buffer.alloc(0));

    await assert.rejects(openDockerDaemon("other", { engine: { host, port } }), { code: "NOT_FOUND" });
    await assert.rejects(openDockerDaemon("shop", { engine: { socketPath: "/nowhere.sock" } }), {
      code: "UNAVAILABLE",
    });
  });
});
