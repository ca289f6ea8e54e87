import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type CredentialBlob, type RegistryConnection, toConnection } from "@tidewaiter/contract";
import { createRegistry, type Registry, type RegistryLimits } from "@tidewaiter/registry";
import { BrokerError, type ErrorCode } from "@tidewaiter/runtime";
import { FAULTS, type Faults } from "../emulators/faults.ts";
import type { SeenCall } from "../emulators/start-emulator.ts";
import type { SampleContent } from "./registry-content.ts";

/** A registry to run the suite against. */
export interface Subject extends AsyncDisposable {
  readonly blob: CredentialBlob;
  readonly sample: SampleContent;
  /** Left out where faults cannot be put in (software that others wrote). */
  readonly faults?: Faults;
  /** Calls to the registry itself and to where it keeps blobs. */
  readonly calls?: readonly SeenCall[];
  /** Makes tokens that were given out worthless. */
  readonly revokeTokens?: () => void;
  /** What the registry cannot do; the suite then expects it to say so. */
  readonly cannotList?: boolean;
  /** The registry's own record gives a date of each push. */
  readonly hasPushDates?: boolean;
  /** An engine holds one platform of each image, and names it by its config. */
  readonly engineId?: (repository: string, tag: string) => string;
  /** Refused credentials; left out where nothing is checked. */
  readonly wrong?: CredentialBlob;
}

const LIMITS: Partial<RegistryLimits> = {
  retry: { attempts: 4, baseMs: 1, capMs: 5, maxRetryAfterMs: 3_000 },
  // Small, so that every list has several pages.
  catalogPageSize: 20,
  idleTimeoutMs: 400,
  headersTimeoutMs: 5_000,
};

export function connectionTo(blob: CredentialBlob): RegistryConnection {
  return toConnection(blob as Parameters<typeof toConnection>[0]);
}

export function connectTo(blob: CredentialBlob, limits: Partial<RegistryLimits> = {}): Registry {
  return createRegistry(connectionTo(blob), { limits: { ...LIMITS, ...limits } });
}

/** The cases that every adapter passes, whatever its registry is like. */
export function describeRegistryAdapter(name: string, start: () => Promise<Subject>): void {
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

    it("goes on where a connection broke", async (t) => {
      if (!subject.faults) return t.skip("no faults can be put in");
      const image = await registry.resolve(subject.sample.app, "1.0", {});
      const [layer] = image.manifest.layers;
      assert.ok(layer);
      subject.faults.next(/GET .*\/blobs\//, FAULTS.truncated);

      const bytes = Buffer.concat(await (await image.openBlob(layer)).toArray());

      assert.deepEqual(bytes, Buffer.from(subject.sample.content.blob(subject.sample.app, layer.digest) ?? []));
      assert.equal(subject.faults.left, 0);
    });

    it("refuses bytes that are not those asked for", async (t) => {
      if (!subject.faults) return t.skip("no faults can be put in");
      const image = await registry.resolve(subject.sample.app, "1.0", {});
      const [layer] = image.manifest.layers;
      assert.ok(layer);
      subject.faults.next(/GET .*\/blobs\//, FAULTS.corrupt);

      await assert.rejects(async () => (await image.openBlob(layer)).toArray(), hasCode("DIGEST_MISMATCH"));
    });

    it("outlasts a burst of server errors", async (t) => {
      if (!subject.faults) return t.skip("no faults can be put in");
      subject.faults.next(/(GET|HEAD) .*\/manifests\//, FAULTS.status(503), 2);

      const { digest } = await registry.headManifest(subject.sample.app, "1.0");

      assert.equal(digest, subject.sample.index.descriptor.digest);
      assert.equal(subject.faults.left, 0);
    });

    it("gets a new token when the old one is worth nothing in the middle of a pull", async (t) => {
      if (!subject.revokeTokens) return t.skip("there are no tokens");
      const image = await registry.resolve(subject.sample.app, "1.0", {});
      const [layer] = image.manifest.layers;
      assert.ok(layer);
      subject.revokeTokens();

      const bytes = Buffer.concat(await (await image.openBlob(layer)).toArray());

      assert.equal(bytes.length, layer.size);
    });
  });
}

export async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

export function hasCode(...codes: readonly ErrorCode[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof BrokerError, String(error));
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
    return true;
  };
}

export async function failure(work: Promise<unknown>): Promise<BrokerError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof BrokerError) return error;
    throw error;
  }
  assert.fail("expected a failure");
}
