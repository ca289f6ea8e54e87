import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import type { Registry } from "@tidewaiter/registry";
import { buildImage, buildLayer } from "@tidewaiter/sample-registry";
import { collect, connectTo, hasCode } from "../../conformance/registry-subject.ts";
import { startEngine } from "../../docker/engine.ts";
import { configDigest, exportOf } from "../../emulators/docker-daemon.ts";

const engine = await startEngine();
const skip = typeof engine === "string" ? engine : false;

describe("a real Docker engine", { skip, timeout: 300_000 }, () => {
  if (typeof engine === "string") return;
  const repository = "acme/tools/engine-app";
  let registry: Registry;
  let id: string;
  before(async () => {
    const layers = await Promise.all([
      buildLayer({ "etc/os-release": "ID=debian\n", "var/data": "a".repeat(200_000) }),
      buildLayer({ "app/main": "b".repeat(50_000) }),
    ]);
    const image = buildImage(layers, { isDocker: true });
    id = configDigest(image);
    const archive = Readable.from(exportOf(image, `${repository}:1.0`, `${repository}:2.0`));
    const loaded = await engine.docker.loadImage(archive);
    assert.match(await text(loaded), /Loaded image/);
    registry = connectTo({ type: "docker-daemon", registryBase: engine.host });
  });
  after(async () => {
    await registry?.close();
    await engine.stop();
  });

  it("lists its repositories, and their tags with id and size", async () => {
    const repositories = await collect(registry.listRepositories());
    const tags = await collect(registry.listTagsWithMetadata(repository));

    assert.equal(repositories.filter((name) => name === repository).length, 1);
    assert.deepEqual(tags.map(({ tag, digest }) => [tag, digest]).sort(), [
      ["1.0", id],
      ["2.0", id],
    ]);
    assert.ok(tags.every(({ sizeBytes = 0 }) => sizeBytes > 250_000));
  });

  it("gives the layers that its config names, every byte verified", async () => {
    const image = await registry.resolve(repository, "1.0", {});
    const config = JSON.parse(Buffer.from(image.config).toString()) as { rootfs: { diff_ids: string[] } };

    const sizes: number[] = [];
    for (const layer of image.manifest.layers) {
      sizes.push(Buffer.concat(await (await image.openBlob(layer)).toArray()).length);
    }

    assert.equal(image.tagDigest, id);
    assert.deepEqual(
      image.manifest.layers.map(({ digest }) => digest),
      config.rootfs.diff_ids,
    );
    assert.deepEqual(
      sizes,
      image.manifest.layers.map(({ size }) => size),
    );
  });

  it("says that it has no such image, and none for another platform", async () => {
    const arm = { os: "linux", architecture: "arm64" };

    await assert.rejects(registry.headManifest(repository, "3.0"), hasCode("MANIFEST_UNKNOWN"));
    await assert.rejects(registry.resolve(repository, "1.0", { platform: arm }), hasCode("PLATFORM_UNKNOWN"));
  });
});
