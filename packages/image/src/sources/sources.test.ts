import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { type BuiltImage, buildImage, buildTar } from "../../../../test/support/built-image.ts";
import { analyseImage, openDockerArchive, openOciArchive, openOciFolder } from "../index.ts";

const IMAGE = await buildImage([{ "lib/apk/db/installed": "P:musl\nV:1\n\n" }, { "etc/alpine-release": "3.20.1\n" }]);
const FOUND = ["pkg:apk/alpine/musl@1?distro=alpine-3.20.1"];

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sources-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function layoutOf(
  { digest, manifestBytes, blobs, manifest }: BuiltImage,
  tag = "1.0",
): Record<string, Buffer | string> {
  const annotations = { "org.opencontainers.image.ref.name": tag };
  const entry = { mediaType: manifest.mediaType, digest, size: manifestBytes.length, annotations };
  const named = [...blobs].map(([name, bytes]) => [`blobs/sha256/${name.slice(7)}`, bytes] as const);
  return {
    "oci-layout": '{"imageLayoutVersion":"1.0.0"}',
    "index.json": JSON.stringify({ schemaVersion: 2, manifests: [entry] }),
    [`blobs/sha256/${digest.slice(7)}`]: manifestBytes,
    ...Object.fromEntries(named),
  };
}

async function writeTar(t: TestContext, files: Record<string, Buffer | string | { symlink: string }>): Promise<string> {
  const path = join(tempFolder(t), "image.tar");
  writeFileSync(path, await buildTar(files));
  return path;
}

async function purls(source: Parameters<typeof analyseImage>[0]): Promise<string[]> {
  return (await analyseImage(source)).packages.map(({ purl }) => purl);
}

describe("image sources", () => {
  it("reads an OCI layout from a folder and from an archive", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "blobs/sha256"), { recursive: true });
    for (const [name, bytes] of Object.entries(layoutOf(IMAGE))) writeFileSync(join(folder, name), bytes);

    const sources = [
      await openOciFolder(folder),
      await openOciArchive(await writeTar(t, layoutOf(IMAGE)), { name: "1.0" }),
    ];

    assert.deepEqual(await Promise.all(sources.map(purls)), [FOUND, FOUND]);
    assert.deepEqual(
      sources.map(({ digest }) => digest),
      [IMAGE.digest, IMAGE.digest],
    );
  });

  it("reads what docker save wrote, with plain and with packed layers, also behind links", async (t) => {
    const tars = await Promise.all([
      buildTar({ "lib/apk/db/installed": "P:musl\nV:1\n\n" }),
      buildTar({ "etc/alpine-release": "3.20.1\n" }),
    ]);
    const manifest = JSON.stringify([
      { Config: "config.json", RepoTags: ["shop/web:1"], Layers: ["a/layer.tar", "b/layer.tar"] },
    ]);
    const save = (layers: Record<string, Buffer | { symlink: string }>) =>
      writeTar(t, { "config.json": Buffer.from(IMAGE.config), ...layers, "manifest.json": manifest });
    const [one = Buffer.alloc(0), two = Buffer.alloc(0)] = tars;

    const paths = [
      await save({ "a/layer.tar": one, "b/layer.tar": two }),
      await save({ "a/layer.tar": gzipSync(one), "b/layer.tar": gzipSync(two) }),
      await save({ "x/layer.tar": one, "a/layer.tar": { symlink: "../x/layer.tar" }, "b/layer.tar": two }),
    ];

    for (const path of paths) assert.deepEqual(await purls(await openDockerArchive(path)), FOUND);
  });

  it("names the images when the one asked for is not there", async (t) => {
    const path = await writeTar(t, layoutOf(IMAGE));

    await assert.rejects(openOciArchive(path, { name: "2.0" }), { code: "ARCHIVE_INVALID", message: /there is 1\.0/ });
  });

  it("refuses a compressed, a cut-off and a missing archive with advice", async (t) => {
    const folder = tempFolder(t);
    const tar = await buildTar(layoutOf(IMAGE));
    writeFileSync(join(folder, "packed.tar.gz"), gzipSync(tar));
    writeFileSync(join(folder, "cut.tar"), tar.subarray(0, 2_000));

    await assert.rejects(openOciArchive(join(folder, "packed.tar.gz")), { code: "ARCHIVE_INVALID", action: /gunzip/ });
    await assert.rejects(openOciArchive(join(folder, "cut.tar")), { code: "ARCHIVE_INVALID" });
    await assert.rejects(openOciArchive(join(folder, "none.tar")), { code: "ARCHIVE_INVALID", message: /ENOENT/ });
  });

  it("refuses a blob that has other bytes than its name says", async (t) => {
    const layout = layoutOf(IMAGE);
    const config = `blobs/sha256/${IMAGE.manifest.config.digest.slice(7)}`;

    const path = await writeTar(t, { ...layout, [config]: '{"os":"linux"}' });

    await assert.rejects(openOciArchive(path), { code: "DIGEST_MISMATCH" });
  });
});
