import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Registry } from "@tidewaiter/registry";
import type { ErrorCode } from "@tidewaiter/runtime";
import { describeFaults } from "./registry-fault-cases.ts";
import { collect, connectTo, failure, hasCode, type Subject } from "./registry-subject.ts";

export interface SuiteOptions {
  /** Left out where software that others wrote answers: nothing can be put into it. */
  readonly hasFaults?: boolean;
}

/** The cases that every adapter passes, whatever its registry is like. */
export function describeRegistryAdapter(
  name: string,
  start: () => Promise<Subject>,
  { hasFaults = true }: SuiteOptions = {},
): void {
  describe(`registry conformance: ${name}`, () => {
    let subject: Subject;
    let registry: Registry;
    before(async () => {
      subject = await start();
      registry = connectTo(subject.blob);
    });
    after(async () => {
      await registry?.close();
      await subject?.[Symbol.asyncDispose]();
    });

    it("lists every repository once, or says that it cannot", async () => {
      if (subject.cannotList) {
        await assert.rejects(collect(registry.listRepositories()), hasCode("CATALOG_UNSUPPORTED"));
        return;
      }
      assert.deepEqual((await collect(registry.listRepositories())).sort(), [...subject.sample.repositories].sort());
    });

    it("lists every tag once, however long the list", async () => {
      const tags = await collect(registry.listTags(subject.sample.manyTags));

      assert.deepEqual(tags.sort(), subject.sample.content.tags(subject.sample.manyTags)?.sort());
    });

    it("tells the digest of each tag, and who says when it was pushed", async () => {
      const { content, app, index } = subject.sample;
      const digest = subject.engineId?.(app, "1.0") ?? index.descriptor.digest;

      const tags = await collect(registry.listTagsWithMetadata(app));

      assert.deepEqual(tags.map(({ tag }) => tag).sort(), content.tags(app)?.sort());
      assert.equal(tags.find(({ tag }) => tag === "1.0")?.digest, digest);
      for (const { pushedAt, pushedAtSource } of tags) {
        assert.equal(pushedAt !== undefined, subject.hasPushDates ?? false);
        assert.equal(pushedAtSource, pushedAt && "registry");
      }
    });

    it("tells what a tag names without pulling it", async () => {
      const { app, index } = subject.sample;

      const head = await registry.headManifest(app, "1.0");

      assert.equal(head.digest, subject.engineId?.(app, "1.0") ?? index.descriptor.digest);
      assert.equal(head.mediaType, subject.engineId ? "" : index.descriptor.mediaType);
    });

    it("resolves an index to the platform asked for", async () => {
      const platform = { os: "linux", architecture: "arm64" };

      if (subject.engineId) {
        await assert.rejects(registry.resolve(subject.sample.app, "1.0", { platform }), hasCode("PLATFORM_UNKNOWN"));
        return;
      }
      const image = await registry.resolve(subject.sample.app, "1.0", { platform });

      assert.equal(image.digest, subject.sample.arm64.descriptor.digest);
      assert.equal(image.tagDigest, subject.sample.index.descriptor.digest);
      assert.equal(image.platform.architecture, "arm64");
    });

    it("pulls every byte, and shows its credentials to nobody but the registry", async () => {
      const image = await registry.resolve(subject.sample.app, "docker", {});

      for (const layer of image.manifest.layers) {
        const bytes = Buffer.concat(await (await image.openBlob(layer)).toArray());
        assert.deepEqual(bytes, Buffer.from(subject.sample.content.blob(subject.sample.app, layer.digest) ?? []));
      }
    });

    it("says that a tag or a repository is unknown", async () => {
      const unknown: ErrorCode[] = ["MANIFEST_UNKNOWN", "REGISTRY_FORBIDDEN", "REGISTRY_UNAUTHORIZED"];

      await assert.rejects(registry.headManifest(subject.sample.app, "missing"), hasCode("MANIFEST_UNKNOWN"));
      await assert.rejects(registry.resolve(`${subject.sample.app}-missing`, "1.0", {}), hasCode(...unknown));
    });

    it("refuses an image of another registry", async () => {
      await assert.rejects(registry.headManifest("elsewhere.example:5000/a", "1.0"), hasCode("REGISTRY_HOST_MISMATCH"));
    });

    it("says that credentials are refused, without repeating them", async (t) => {
      if (!subject.wrong) return t.skip("nothing is checked here");
      const stranger = connectTo(subject.wrong);

      const error = await failure(stranger.resolve(subject.sample.app, "1.0", {}));

      assert.ok(["REGISTRY_UNAUTHORIZED", "REGISTRY_FORBIDDEN"].includes(error.code), error.code);
      assert.ok(!`${error.message}${error.stack}`.includes(subject.wrong.password ?? "\u0000"));
      await stranger.close();
    });

    it("gets a new token when the old one is worth nothing in the middle of a pull", async (t) => {
      if (!subject.tokens) return t.skip("there are no tokens");
      const image = await registry.resolve(subject.sample.app, "1.0", {});
      const [layer] = image.manifest.layers;
      assert.ok(layer);
      subject.tokens.revokeAll();

      const bytes = Buffer.concat(await (await image.openBlob(layer)).toArray());

      assert.equal(bytes.length, layer.size);
    });

    if (hasFaults) describeFaults(() => ({ subject, registry }));
  });
}
