import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { analyseImage, openDockerDaemon } from "@tidewaiter/image";
import { digestOf } from "@tidewaiter/oci";
import { startEngine } from "../../docker/engine.ts";
import { buildTar } from "../../support/built-image.ts";

const engine = await startEngine();
const skip = typeof engine === "string" ? engine : false;

describe("an image of a real Docker engine", { skip, timeout: 300_000 }, () => {
  if (typeof engine === "string") return;
  after(() => engine.stop());

  it("is read from its one export, layer by layer", async () => {
    const layers = await Promise.all([
      buildTar({
        etc: { folder: true },
        "etc/os-release": "ID=alpine\nVERSION_ID=3.20\n",
        "lib/apk/db/installed": "P:musl\nV:1\n\nP:zlib\nV:2\n\n",
      }),
      buildTar({
        "lib/apk/db/installed": "P:musl\nV:1\n\n",
        app: { folder: true },
        "app/package-lock.json": '{"packages":{"node_modules/a":{"version":"1.0.0"}}}',
      }),
      buildTar({
        "app/.wh.package-lock.json": "",
        "srv/package-lock.json": '{"packages":{"node_modules/b":{"version":"1.0.0"}}}',
      }),
    ]);
    const config = JSON.stringify({
      os: "linux",
      architecture: "amd64",
      config: {},
      rootfs: { type: "layers", diff_ids: layers.map(digestOf) },
    });
    const names = ["0/layer.tar", "1/layer.tar", "2/layer.tar"];
    const manifest = JSON.stringify([{ Config: "config.json", RepoTags: ["tidewaiter-interop:1"], Layers: names }]);
    const [one = "", two = "", three = ""] = layers;
    const archive = await buildTar({
      "config.json": config,
      "0/layer.tar": one,
      "1/layer.tar": two,
      "2/layer.tar": three,
      "manifest.json": manifest,
    });
    const loaded = await engine.docker.loadImage(Readable.from([archive]));
    assert.match(await text(loaded), /Loaded image/);

    const source = await openDockerDaemon("tidewaiter-interop:1", {
      engine: { socketPath: engine.host.replace("unix://", "") },
    });
    const { packages, layers: found } = await analyseImage(source);

    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:apk/alpine/musl@1?distro=alpine-3.20", "pkg:npm/b@1.0.0"],
    );
    assert.deepEqual(
      found.map(({ diffId }) => diffId),
      layers.map(digestOf),
    );
  });
});
