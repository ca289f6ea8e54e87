import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { buildImage } from "../../../../test/support/built-image.ts";
import { analyseImage } from "../index.ts";

const ASSEMBLY = readFileSync(
  new URL("../../../../test/conformance/data/image-programs/Accessibility.dll", import.meta.url),
);

describe("assemblies of .NET", () => {
  it("count by their own version only where no list of packages lies beside or above them", async () => {
    const image = await buildImage([
      {
        "app/web.deps.json": '{"libraries":{"web/1.0.0":{"type":"project"}}}',
        "app/web.dll": ASSEMBLY,
        "app/runtimes/linux/lib/net8.0/Accessibility.dll": ASSEMBLY,
        "opt/old/Accessibility.dll": ASSEMBLY,
        "opt/old/ref/Accessibility.dll": ASSEMBLY,
      },
    ]);

    const { packages, problems } = await analyseImage(image);

    assert.deepEqual(
      packages.map(({ purl, vendor, locations }) => [purl, vendor, locations.map(({ path }) => path)]),
      [["pkg:nuget/Accessibility@4.6.57.0", "Mono development team", ["opt/old/Accessibility.dll"]]],
    );
    assert.deepEqual(problems, []);
  });
});
