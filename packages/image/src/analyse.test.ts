import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { inventorySchema } from "@tidewaiter/inventory";
import { buildCargoList, buildElf } from "../../../test/support/binary-files.ts";
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

  it("says so when a program lists its crates but is too large to be held", async () => {
    const list = buildCargoList([{ name: "rg", version: "14.0.0", source: "local" }]);
    const program = buildElf({ ".text": Buffer.alloc(5000), ".dep-v0": list });
    const image = await buildImage([{ "usr/bin/rg": program }]);

    const [whole, windows] = [await analyseImage(image), await analyseImage(image, { limits: { programBytes: 4000 } })];

    assert.deepEqual([whole.packages.length, whole.problems.length], [1, 0]);
    assert.deepEqual(
      windows.problems.map(({ path, code }) => [path, code]),
      [["usr/bin/rg", "LIMIT_EXCEEDED"]],
    );
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

  it("ends when its time is up or somebody stops it, whatever the source does", async () => {
    const image = await buildImage([{ a: "b" }]);
    const stuck = { ...image, openBlob: async () => new Readable({ read: () => {} }) };

    await assert.rejects(analyseImage(stuck, { limits: { timeMs: 20 } }), { code: "SCAN_TIMEOUT" });
    await assert.rejects(analyseImage(stuck, { signal: AbortSignal.abort(new Error("stopped")) }), /stopped/);
  });

  it("stops at its limits", async () => {
    const bomb = await buildImage([{ zeros: Buffer.alloc(80 * 1024 * 1024) }]);
    const many = await buildImage([Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, "x"]))]);

    await assert.rejects(analyseImage(bomb, { limits: { ratio: 100 } }), {
      code: "LIMIT_EXCEEDED",
      message: /MAX_RATIO/,
    });
    await assert.rejects(analyseImage(bomb, { limits: { layerBytes: 1000 } }), { message: /LAYER_MAX_MB/ });
    await assert.rejects(analyseImage(many, { limits: { layerEntries: 10 } }), { message: /MAX_ENTRIES/ });
    await assert.rejects(analyseImage(many, { limits: { imageBytes: 10 } }), { message: /IMAGE_MAX_MB/ });
    await assert.rejects(analyseImage(many, { limits: { layers: 0 } }), { message: /MAX_LAYERS/ });
  });

  it("says which files were too large to read, and still finds a large program by its texts", async () => {
    const program = Buffer.concat([
      Buffer.from("7f454c46", "hex"),
      Buffer.alloc(300_000),
      Buffer.from("node.js/v20.1.2 "),
      Buffer.alloc(300_000),
    ]);
    const image = await buildImage([{ "app/package-lock.json": " ".repeat(400_000), "usr/local/bin/node": program }]);

    const { packages, problems } = await analyseImage(image, { limits: { fileBytes: 300_000 } });

    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:generic/node@20.1.2"],
    );
    assert.deepEqual(
      problems.map(({ code, path }) => [code, path]),
      [["LIMIT_EXCEEDED", "app/package-lock.json"]],
    );
  });

  it("keeps packages told apart that a lock file calls development, and drops what was never installed", async () => {
    const lock = JSON.stringify({
      packages: {
        "node_modules/a": { version: "1.0.0" },
        "node_modules/b": { version: "1.0.0", dev: true },
        "node_modules/gone": { version: "1.0.0", dev: true },
      },
    });
    const image = await buildImage([
      {
        "app/package-lock.json": lock,
        "app/node_modules/a/package.json": '{"name":"a","version":"1.0.0"}',
        "app/node_modules/b/package.json": '{"name":"b","version":"1.0.0"}',
      },
    ]);

    const { packages } = await analyseImage(image);

    assert.deepEqual(
      packages.map(({ name, scope }) => [name, scope]),
      [
        ["a", "production"],
        ["b", "development"],
      ],
    );
  });

  it("tells development packages of a yarn project apart by what the project itself asks for", async () => {
    const block = (name: string, needs = ""): string =>
      `${name}@^1:\n  version "1.0.0"\n${needs && `  dependencies:\n    ${needs} "^1"\n`}\n`;
    const image = await buildImage([
      {
        "app/package.json": '{"dependencies":{"a":"^1"},"devDependencies":{"d":"^1","a2":"^1"}}',
        "app/yarn.lock": `# yarn lockfile v1\n\n${block("a", "a2")}${block("a2")}${block("d", "d2")}${block("d2")}`,
      },
    ]);

    const { packages } = await analyseImage(image);

    const development = packages.filter(({ scope }) => scope === "development").map(({ name }) => name);
    assert.deepEqual(development.sort(), ["d", "d2"]);
    assert.equal(packages.length, 4);
  });

  it("marks what a package of the distribution brought, also through links to folders", async () => {
    const status = "Package: python3-six\nStatus: install ok installed\nArchitecture: all\nVersion: 1.16-4\n";
    const image = await buildImage([
      {
        "etc/os-release": OS,
        "var/lib/dpkg/status": status,
        "var/lib/dpkg/info/python3-six.list": "/lib/python3/six-1.16.0.egg-info\n",
        lib: { symlink: "usr/lib" },
        "usr/lib/python3/six-1.16.0.egg-info": "Name: six\nVersion: 1.16.0\n",
        "opt/venv/six-1.16.0.dist-info/METADATA": "Name: six\nVersion: 1.16.0\n",
      },
    ]);

    const { packages } = await analyseImage(image);

    const rows = packages
      .filter(({ type }) => type === "pypi")
      .map(({ ownedBy, locations }) => [ownedBy, locations[0]?.path]);
    assert.deepEqual(rows, [
      ["pkg:deb/debian/python3-six@1.16-4?arch=all&distro=debian-12", "usr/lib/python3/six-1.16.0.egg-info"],
      [undefined, "opt/venv/six-1.16.0.dist-info/METADATA"],
    ]);
  });

  it("follows links that loop, leave the image or lead nowhere without harm", async () => {
    const image = await buildImage([
      {
        "a/package-lock.json": { symlink: "package-lock.json" },
        "b/package-lock.json": { symlink: "../../../../etc/passwd" },
        "c/package-lock.json": { symlink: "../nowhere" },
        "lib/apk/db/installed": { symlink: "/../../x/../db" },
        db: "P:musl\nV:1\n\n",
      },
    ]);

    const { packages, problems } = await analyseImage(image);

    assert.deepEqual([packages.map(({ name }) => name), problems], [["musl"], []]);
  });
});
