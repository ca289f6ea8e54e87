import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { buildImage } from "../../../../test/support/built-image.ts";
import { analyseImage } from "../index.ts";

const NOTED = readFileSync(new URL("../../../../test/conformance/data/image-programs/noted.so", import.meta.url));

describe("package notes of programs and libraries", () => {
  it("name what no package data base lists, small or too large to be held, once for all files of a package", async () => {
    const large = Buffer.concat([NOTED, Buffer.alloc(300_000)]);
    const image = await buildImage([{ "opt/a/hello": NOTED, "opt/a/libhello.so": NOTED, "opt/a/large": large }]);

    const { packages, problems } = await analyseImage(image, { limits: { programBytes: 200_000 } });

    assert.deepEqual(
      packages.map(({ purl, locations }) => [purl, locations.length]),
      [["pkg:rpm/fedora/hello@2.12-4.fc40?arch=x86_64&distro=fedora-40", 3]],
    );
    assert.deepEqual(problems, []);
  });

  it("add nothing to a data base that lists the package or its source", async () => {
    const manifest = "hello-libs\t2.12-4.fc40\t1\t2\tFedora\t(none)\t9\tx86_64\thello-2.12-4.fc40.src.rpm\n";
    const image = await buildImage([
      { "var/lib/rpmmanifest/container-manifest-2": manifest, "usr/lib64/libhello.so": NOTED },
    ]);

    const { packages } = await analyseImage(image);

    assert.deepEqual(
      packages.map(({ name }) => name),
      ["hello-libs"],
    );
  });
});
