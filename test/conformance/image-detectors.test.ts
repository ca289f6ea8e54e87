import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { analyseImage } from "@tidewaiter/image";
import { inventorySchema, packageSchema } from "@tidewaiter/inventory";
import fc from "fast-check";
import type { Detection, Detector, FoundPackage } from "../../packages/image/src/detectors/detector.ts";
import { DETECTORS } from "../../packages/image/src/detectors/index.ts";
import { createPathIndex } from "../../packages/image/src/detectors/path-index.ts";
import { buildImage } from "../support/built-image.ts";
import { SAMPLES } from "./image-samples.ts";

function nameOf({ namespace, name, version, scope }: FoundPackage): string {
  return `${namespace ? `${namespace}/` : ""}${name}@${version}${scope === "development" ? " (dev)" : ""}`;
}

/** As the analyser does it: what a detector throws is a problem of the file, anything else is its result. */
function tryParse(detector: Detector, path: string, bytes: Buffer): Detection | Error {
  try {
    return detector.parse({ path, bytes });
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
}

for (const detector of DETECTORS) {
  const samples = SAMPLES[detector.id] ?? [];

  describe(`detector ${detector.id}`, () => {
    it("has a sample, and finds exactly the packages in each", () => {
      assert.ok(samples.length > 0, "no sample in test/conformance/image-samples.ts");
      for (const { path, content, packages, problems = 0 } of samples) {
        const detection = detector.parse({ path, bytes: Buffer.from(content) });

        assert.deepEqual(detection.packages.map(nameOf).sort(), [...packages].sort(), path);
        assert.equal(detection.problems.length, problems, `${path}: ${JSON.stringify(detection.problems)}`);
      }
    });

    it("is asked for its samples by the path index, or by their first bytes", () => {
      const index = createPathIndex([detector]);
      for (const { path, content, isFolder } of samples) {
        const bytes = Buffer.from(content);
        const byName = isFolder ? index.matchFolder(path) : index.match(path);
        const byMagic = detector.wants.magic?.some((magic) => magic.every((byte, at) => bytes[at] === byte));
        assert.ok(byName.length > 0 || (byMagic && (detector.wants.accepts?.(path) ?? true)), path);
      }
    });

    it("gives plain data that outlives the file's buffer", () => {
      for (const { path, content } of samples) {
        const bytes = Buffer.from(content);
        const detection = detector.parse({ path, bytes });
        const before = structuredClone(detection);
        bytes.fill(0);

        assert.deepEqual(detection, before);
      }
    });

    it("ends for any bytes, cut-off and changed samples included", () => {
      const originals = samples.map(({ path, content }) => ({ path, bytes: Buffer.from(content) }));
      const damaged = fc
        .tuple(
          fc.constantFrom(...originals),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.uint8Array({ maxLength: 40 }),
        )
        .map(([{ path, bytes }, cut, insert]) => {
          const at = Math.floor(bytes.length * cut);
          const changed = Buffer.from(bytes);
          Buffer.from(insert).copy(changed, at);
          return { path, files: [bytes.subarray(0, at), changed, Buffer.from(insert)] };
        });

      fc.assert(
        fc.property(damaged, ({ path, files }) => {
          for (const bytes of files) {
            const result = tryParse(detector, path, bytes);
            if (result instanceof Error) continue;
            assert.ok(result.packages.every(({ name }) => name !== ""));
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

describe("detectors", () => {
  it("have ids of their own", () => {
    const ids = DETECTORS.map(({ id }) => id);

    assert.equal(new Set(ids).size, ids.length);
  });

  it("make packages that the inventory takes, from all samples in one image", async () => {
    const entries = Object.values(SAMPLES)
      .flat()
      .map(({ path, content, isFolder }, index) => {
        const entry = isFolder ? ({ folder: true } as const) : content;
        return [path.startsWith("app/") ? `srv/${index}/${path}` : path, entry] as const;
      });
    const image = await buildImage([Object.fromEntries(entries)]);

    const inventory = await analyseImage(image);

    assert.ok(inventory.packages.length > 50);
    for (const entry of inventory.packages) packageSchema.parse(entry);
    inventorySchema.parse(inventory);
  });
});
