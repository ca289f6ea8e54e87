import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { buildImage } from "../../../test/support/built-image.ts";
import { type AnalysisStats, analyseImage, openLayerCache } from "./index.ts";
import type { LayerFacts } from "./layer/layer-facts.ts";

function factsOf(name: string): LayerFacts {
  const digest = `sha256:${name.repeat(64)}`;
  const files = [{ path: "x", detector: "y", detection: { packages: [], problems: [] } }];
  const rest = { rawBytes: 1, entries: 1, links: [], whiteouts: [], opaques: [], problems: [] };
  return { digest, diffId: digest, files, leaves: new Float64Array([1, 2]), folders: new Float64Array(), ...rest };
}

describe("layer cache", () => {
  it("gives back what was put in, and tells whose it is", () => {
    const cache = openLayerCache(":memory:");
    const facts = factsOf("a");

    cache.put(facts, "one");

    assert.deepEqual(cache.get(facts.digest, "one"), { facts, isOwn: true });
    assert.equal(cache.get(facts.digest, "two")?.isOwn, false);
    cache.grant(facts.digest, "two");
    assert.equal(cache.get(facts.digest, "two")?.isOwn, true);
  });

  it("lets the least recently used layer go when it is full", () => {
    let now = 0;
    const clock = { now: () => (now += 1), sleep: async () => {} };
    const cache = openLayerCache(":memory:", { maxBytes: 400, clock });
    for (const name of ["a", "b"]) cache.put(factsOf(name), "one");
    cache.get(factsOf("a").digest, "one");

    cache.put(factsOf("c"), "one");

    const kept = ["a", "b", "c"].filter((name) => cache.get(factsOf(name).digest, "one"));
    assert.deepEqual(kept, ["a", "c"]);
  });

  it("never gives out facts of another analyser", (t) => {
    const path = join(mkdtempSync(join(tmpdir(), "layers-")), "layers.db");
    t.after(() => rmSync(join(path, ".."), { recursive: true }));
    const old = openLayerCache(path, { analyser: "old" });
    old.put(factsOf("a"), "one");
    old.close();

    const cache = openLayerCache(path, { analyser: "new" });

    assert.equal(cache.get(factsOf("a").digest, "one"), undefined);
    cache.close();
  });

  it("begins anew when its file is damaged", (t) => {
    const path = join(mkdtempSync(join(tmpdir(), "layers-")), "layers.db");
    t.after(() => rmSync(join(path, ".."), { recursive: true }));
    writeFileSync(path, "no database at all".repeat(100));

    const cache = openLayerCache(path);
    cache.put(factsOf("a"), "one");

    assert.equal(cache.get(factsOf("a").digest, "one")?.isOwn, true);
    cache.close();
  });
});

describe("analyseImage with a layer cache", () => {
  it("fetches nothing the second time, and asks the registry before it uses another's facts", async () => {
    const image = await buildImage([{ "lib/apk/db/installed": "P:musl\nV:1\n" }, { a: "b" }]);
    const asked: string[] = [];
    const source = { ...image, authorizeBlob: async ({ digest }: { digest: string }) => void asked.push(digest) };
    const cache = openLayerCache(":memory:");
    const runs: AnalysisStats[] = [];
    const scan = (connection: string) =>
      analyseImage(source, { cache, connection, onStats: (stats) => void runs.push(stats) });

    const first = await scan("one");
    const again = await scan("one");
    const other = await scan("two");
    await scan("two");

    assert.deepEqual([again, other], [first, first]);
    assert.deepEqual(
      runs.map(({ layersFetched, layersCached }) => [layersFetched, layersCached]),
      [
        [2, 0],
        [0, 2],
        [0, 2],
        [0, 2],
      ],
    );
    assert.deepEqual(
      asked,
      image.manifest.layers.map(({ digest }) => digest),
    );
  });

  it("reads nothing from the cache for one who may not see the blob", async () => {
    const image = await buildImage([{ a: "b" }]);
    const cache = openLayerCache(":memory:");
    await analyseImage(image, { cache, connection: "one" });
    const refuse = async () => Promise.reject(new Error("denied"));

    const scan = analyseImage({ ...image, authorizeBlob: refuse }, { cache, connection: "two" });

    await assert.rejects(scan, /denied/);
  });

  it("holds a cached layer against the config, and a cache that fails against nobody", async () => {
    const [image, other] = [await buildImage([{ a: "b" }]), await buildImage([{ a: "c" }])];
    const cache = openLayerCache(":memory:");
    await analyseImage(image, { cache, connection: "one" });

    await assert.rejects(analyseImage({ ...image, config: other.config }, { cache, connection: "one" }), {
      code: "DIGEST_MISMATCH",
    });
    const full = { ...cache, get: () => undefined, put: () => assert.fail("disk full") };
    assert.equal((await analyseImage(image, { cache: full, connection: "one" })).layers.length, 1);
  });
});
