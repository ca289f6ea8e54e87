import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { inventorySchema } from "@tidewaiter/inventory";
import { type BuiltImage, buildImage, buildTar, imageOfTars } from "../../../test/support/built-image.ts";
import { analyseImage } from "./index.ts";

const OS = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
const STATUS = [
  "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc\nVersion: 2.36-9\n",
  "Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n",
].join("\n");

async function purlsOf(image: BuiltImage): Promise<string[]> {
  const { packages } = await analyseImage(image);
  return packages.map(({ purl }) => purl);
}

describe("analyseImage", () => {
  it("gives an inventory that the schema takes, with the distribution in each purl", async () => {
    const image = await buildImage([{ "etc/os-release": OS, "var/lib/dpkg/status": STATUS }]);

    const inventory = await analyseImage(image);

    assert.deepEqual(
      inventorySchema.parse(inventory).packages.map(({ purl }) => purl),
      ["pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc"],
    );
    assert.equal(inventory.operatingSystem?.codename, "bookworm");
  });

  it("reads gzip of several members, zstd of several frames and plain layers alike", async () => {
    const tar = await buildTar({ "lib/apk/db/installed": "P:musl\nV:1.2.5-r0\nA:x86_64\n\n" });
    const [head, tail] = [tar.subarray(0, 700), tar.subarray(700)];
    const skippable = Buffer.from("502a4d18030000006162", "hex");
    const frames = Buffer.concat([zstdCompressSync(head), skippable, Buffer.from("c"), zstdCompressSync(tail)]);

    const found = await Promise.all(
      [tar, Buffer.concat([gzipSync(head), gzipSync(tail)]), frames].map((stored) =>
        purlsOf(imageOfTars([tar], () => stored)),
      ),
    );

    assert.deepEqual(found, Array(3).fill(["pkg:apk/musl@1.2.5-r0?arch=x86_64"]));
  });

  it("names the layer that a package came with when a later one writes the data base anew", async () => {
    const more = `${STATUS}\nPackage: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.88\n`;
    const image = await buildImage([{ "var/lib/dpkg/status": STATUS }, { "var/lib/dpkg/status": more }]);

    const { packages, layers } = await analyseImage(image);

    const origins = packages.map(({ name, locations }) => [
      name,
      layers.findIndex((l) => l.digest === locations[0]?.layer),
    ]);
    assert.deepEqual(origins, [
      ["curl", 1],
      ["libc6", 0],
    ]);
  });

  it("fails when the bytes are not those of the digest", async () => {
    const image = await buildImage([{ "etc/os-release": OS }]);
    const other = { ...image, openBlob: async () => Readable.from([gzipSync("other")]) };

    await assert.rejects(analyseImage(other), { code: "DIGEST_MISMATCH" });
  });

  it("fails when the config names another unpacked layer", async () => {
    const [one, two] = await Promise.all([buildImage([{ a: "1" }]), buildImage([{ a: "2" }])]);

    await assert.rejects(analyseImage({ ...one, config: two.config }), { code: "DIGEST_MISMATCH" });
  });

  it("fails on a gzip, zstd or tar layer that is cut off, though digest and length are right", async () => {
    const tar = await buildTar({ "etc/os-release": OS, big: "x".repeat(5000) });
    const cuts = [gzipSync(tar).subarray(0, -20), zstdCompressSync(tar).subarray(0, -3), tar.subarray(0, 2000)];

    for (const cut of cuts)
      await assert.rejects(analyseImage(imageOfTars([tar], () => cut)), { code: "LAYER_CORRUPT" });
  });

  it("tells of a damaged file and goes on", async () => {
    const image = await buildImage([
      { "etc/os-release": OS, "app/package-lock.json": "{", "app/x/package-lock.json": "{}" },
    ]);

    const { problems } = await analyseImage(image);

    assert.deepEqual(
      problems.map(({ path, code }) => [path, code]),
      [["app/package-lock.json", "FILE_DAMAGED"]],
    );
  });

  it("reads a layer once more for a wanted path that is a link to a file nobody wanted", async () => {
    const lock = JSON.stringify({ packages: { "node_modules/left-pad": { version: "1.3.0" } } });
    const image = await buildImage([
      { "config/locked.txt": lock },
      { "app/package-lock.json": { symlink: "/config/locked.txt" } },
    ]);
    let reread = 0;

    const { packages } = await analyseImage(image, {
      onStats: ({ layersReread }) => {
        reread = layersReread;
      },
    });

    assert.deepEqual([packages.map(({ purl }) => purl), reread], [["pkg:npm/left-pad@1.3.0"], 1]);
  });
});
