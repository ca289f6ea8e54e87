import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildImage } from "../../../../test/support/built-image.ts";
import { analyseImage } from "../index.ts";

describe("a Nix store without its data base", () => {
  it("lists the folders that the image still has, each once", async () => {
    const [zlib, curl] = ["a", "b"].map((letter) => `nix/store/${letter.repeat(32)}`);
    const image = await buildImage([
      { [`${zlib}-zlib-1.3.1`]: { folder: true }, [`${zlib}-zlib-1.3.1/lib/libz.so`]: "x" },
      { [`${curl}-curl-8.5.0`]: { folder: true }, [`${zlib}-zlib-1.3.1`]: { folder: true } },
      { "nix/store/.wh.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-curl-8.5.0": "" },
    ]);

    const { packages } = await analyseImage(image);

    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:generic/nix/zlib@1.3.1"],
    );
  });
});
