import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { buildImage } from "../../../../test/support/built-image.ts";
import { analyseImage } from "../index.ts";

const MODELS = new URL("../../../../test/conformance/data/image-models/", import.meta.url);
const purls = (packages: readonly { purl: string }[]): string[] => packages.map(({ purl }) => purl);

describe("models", () => {
  it("are named by their first bytes, however large the file is", async () => {
    const [head, safetensors] = ["tiny.gguf", "titled.safetensors"].map((name) => readFileSync(new URL(name, MODELS)));
    const weights = Buffer.alloc(3_000_000, 1);
    const image = await buildImage([
      {
        "models/a.gguf": Buffer.concat([head ?? weights, weights]),
        "models/b.safetensors": Buffer.concat([safetensors ?? weights, weights]),
        "lib/apk/db/installed": "P:musl\nV:1.2.5-r0\n\n",
      },
    ]);

    const { packages, problems } = await analyseImage(image, { limits: { fileBytes: 2_000_000 } });

    const expected = [
      "pkg:apk/musl@1.2.5-r0",
      "pkg:generic/model/Tiny%20Test",
      "pkg:generic/model/Tiny-Llama-15M@v1.1",
    ];
    assert.deepEqual([purls(packages), problems], [expected, []]);
  });

  it("that are split up are one, by the folder that they lie in", async () => {
    const part = (length: number): Buffer => Buffer.concat([Buffer.of(length, 0, 0, 0, 0, 0, 0, 0), Buffer.from("{}")]);
    const image = await buildImage([
      {
        "opt/tiny-bert/model-00001-of-00002.safetensors": part(2),
        "opt/tiny-bert/model-00002-of-00002.safetensors": part(2),
      },
    ]);

    const { packages } = await analyseImage(image);

    assert.deepEqual(purls(packages), ["pkg:generic/model/tiny-bert"]);
    assert.equal(packages[0]?.locations.length, 2);
  });
});
