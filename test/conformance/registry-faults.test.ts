import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createRegistry, type Registry } from "@tidewaiter/registry";
import { silentLogger } from "@tidewaiter/runtime";
import { buildImage, buildIndex, buildLayer, registryApp } from "@tidewaiter/sample-registry";
import { FAULTS } from "../emulators/faults.ts";
import { type Oci, startOci } from "../emulators/oci.ts";
import { startEmulator, takeSeat } from "../emulators/start-emulator.ts";
import { selfSigned } from "../emulators/tls-files.ts";
import { missing } from "../support/requirements.ts";
import { buildSampleContent } from "./registry-content.ts";
import { collect, connectionTo, connectTo, failure, hasCode } from "./registry-subject.ts";

/** The faults of section 8.2 of the registry reference, and those of section 6 that another client has. */
describe("registry faults: answers", () => {
  let oci: Oci;
  let registry: Registry;
  before(async () => {
    oci = await startOci();
    registry = connectTo(oci.blob);
  });
  after(async () => {
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });
  const app = (): string => oci.sample.app;
  const MANIFEST = /GET .*\/manifests\//;
  const pullLayer = async (): Promise<Buffer> => {
    const { manifest, openBlob } = await registry.resolve(app(), "1.0", {});
    const [layer] = manifest.layers;
    assert.ok(layer);
    return Buffer.concat(await (await openBlob(layer)).toArray());
  };

  it("resumes a body that fell silent, from where it fell silent", async () => {
    oci.faults.next(/GET .*\/blobs\//, () => false);
    oci.faults.next(/GET .*\/blobs\//, FAULTS.stalled);
    oci.storage.forget();

    const bytes = await pullLayer();

    assert.ok(bytes.length > 100_000);
    assert.match(String(oci.storage.calls.at(-1)?.headers.range), /^bytes=[1-9]\d*-$/);
  });

  it("goes back to the registry when a signed address has run out", async () => {
    oci.faults.next(/GET .*\/blobs\//, FAULTS.status(403, {}, "<Error><Code>AccessDenied</Code></Error>"));

    assert.ok((await pullLayer()).length > 100_000);
  });

  it("takes the digest over the raw bytes, whatever the headers say of a tag", async () => {
    const warnings: string[] = [];
    const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const watched = createRegistry(connectionTo(oci.blob), { log });
    await watched.headManifest(app(), "1.0");
    oci.faults.next(MANIFEST, FAULTS.header("docker-content-digest", `sha256:${"0".repeat(64)}`));

    const { tagDigest } = await watched.resolve(app(), "1.0", {});

    assert.equal(tagDigest, oci.sample.index.descriptor.digest);
    assert.ok(warnings.includes("manifest is not the one that its header names"));
    await watched.close();
  });

  it("asks only whether a tag has changed, the second time that HEAD is not served", async () => {
    const watching = connectTo(oci.blob);
    await watching.headManifest(app(), "1.0");
    oci.faults.next(/HEAD .*\/manifests\//, FAULTS.status(405), 2);
    oci.registry.forget();

    const first = await watching.headManifest(app(), "1.0");
    const second = await watching.headManifest(app(), "1.0");

    assert.deepEqual(second, first);
    assert.deepEqual(
      oci.registry.seen(/^GET .*\/manifests\//).map(({ headers }) => headers["if-none-match"]),
      [undefined, `"${first.digest}"`],
    );
    await watching.close();
  });

  it("names the withdrawn format and what is no image", async () => {
    const answer = (json: object) => (res: { json(body: object): unknown }) => {
      res.json(json);
      return true;
    };
    oci.faults.next(MANIFEST, answer({ schemaVersion: 1, fsLayers: [] }));
    await assert.rejects(registry.resolve(app(), "1.0", {}), hasCode("MANIFEST_LEGACY"));
    const config = {
      mediaType: "application/vnd.cncf.helm.config.v1+json",
      digest: `sha256:${"1".repeat(64)}`,
      size: 2,
    };
    oci.faults.next(MANIFEST, answer({ schemaVersion: 2, config, layers: [] }));

    await assert.rejects(registry.resolve(app(), "1.0", {}), hasCode("IMAGE_UNSUPPORTED"));
  });

  it("follows a redirect on the same origin with its token", async () => {
    oci.faults.next(
      MANIFEST,
      FAULTS.redirect(({ length }) => `/v2/${app()}/manifests/${length > 0 ? "docker" : ""}`),
    );

    const { reference, manifest } = await registry.resolve(app(), "1.0", {});

    assert.deepEqual([reference, manifest.mediaType.includes("docker")], ["1.0", true]);
  });

  it("passes on at once when the registry asks for a longer wait than is allowed", async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    oci.faults.next(
      MANIFEST,
      FAULTS.status(429, { "retry-after": inAnHour }, '{"errors":[{"code":"TOOMANYREQUESTS"}]}'),
    );
    const strangers = connectTo({ ...oci.blob });

    const error = await failure(strangers.resolve(app(), "1.0", {}));

    assert.equal(error.code, "REGISTRY_RATE_LIMITED");
    assert.ok((error.retryAfterMs ?? 0) > 3_500_000);
    await strangers.close();
  });

  it("refuses names that lead elsewhere before anything is called", async () => {
    oci.registry.forget();

    await assert.rejects(registry.headManifest("../../admin?y=", "1.0"), hasCode("REFERENCE_INVALID"));
    await assert.rejects(registry.headManifest(app(), "../../x"), hasCode("REFERENCE_INVALID"));

    assert.equal(oci.registry.calls.length, 0);
  });

  it("takes a redirect for leave to read a blob, and a refusal for none", async () => {
    const { manifest, authorizeBlob } = await registry.resolve(app(), "1.0", {});
    const [layer] = manifest.layers;
    assert.ok(layer);
    oci.storage.forget();
    oci.faults.next(/HEAD .*\/blobs\//, FAULTS.redirect(oci.storage.url.href));
    await authorizeBlob(layer);

    assert.equal(oci.storage.calls.length, 0);
    const missing = { ...layer, digest: `sha256:${"0".repeat(64)}` };
    await assert.rejects(authorizeBlob(missing), hasCode("BLOB_UNKNOWN"));
  });

  it("opens three blobs at once and lets the others wait", async () => {
    const { manifest, openBlob } = await registry.resolve(app(), "1.0", {});
    const [layer] = manifest.layers;
    assert.ok(layer);
    let [open, most] = [0, 0];
    const counted = async (): Promise<boolean> => {
      open += 1;
      most = Math.max(most, open);
      await delay(5);
      open -= 1;
      return false;
    };
    oci.faults.next(/GET .*\/blobs\//, counted, 8);

    const sizes = await Promise.all(
      Array.from({ length: 8 }, async () => Buffer.concat(await (await openBlob(layer)).toArray()).length),
    );

    assert.deepEqual([new Set(sizes).size, oci.faults.left, most <= 3], [1, 0, true]);
  });
});

describe("registry faults: over TLS", { skip: missing("openssl") }, () => {
  it("goes no step down from https to http", async () => {
    const { key, cert } = selfSigned({ days: 5 });
    const { content, app } = await buildSampleContent({ namespace: "acme", repositoryCount: 1, tagCount: 1 });
    await using plain = await startEmulator(registryApp({ content }));
    await using seat = await takeSeat({ tls: { key, cert } });
    seat.serve((req, res) => void res.writeHead(307, { location: new URL(req.url ?? "", plain.url).href }).end());
    const registry = connectTo({ type: "oci", registryBase: seat.host, extra: { ca: cert } });

    await assert.rejects(registry.resolve(app, "1.0", {}), hasCode("REGISTRY_POLICY"));

    assert.deepEqual([seat.calls.length, plain.calls.length], [1, 0]);
    await registry.close();
  });
});

describe("registry faults: indexes and platforms", () => {
  it("finds an image in an index of an index, and passes over what is none", async () => {
    const oci = await startOci();
    const { content, amd64, index } = oci.sample;
    const attestation = buildImage([await buildLayer({ "attestation.json": "{}" })]);
    const outer = buildIndex([
      { image: attestation, platform: { os: "unknown", architecture: "unknown" } },
      { image: index },
    ]);
    content.push("acme/nested", "1", outer);
    const registry = connectTo(oci.blob);

    const image = await registry.resolve("acme/nested", "1", {});

    assert.deepEqual([image.tagDigest, image.digest], [outer.descriptor.digest, amd64.descriptor.digest]);
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });

  it("takes the only image there is and says what it is for, unless a platform was asked for", async () => {
    const oci = await startOci();
    const { content, arm64 } = oci.sample;
    content.push(
      "acme/arm",
      "1",
      buildIndex([{ image: arm64, platform: { os: "linux", architecture: "arm64", variant: "v8" } }]),
    );
    const registry = connectTo(oci.blob);

    const { platform } = await registry.resolve("acme/arm", "1", {});

    assert.equal(platform.architecture, "arm64");
    const wanted = { os: "linux", architecture: "amd64" };
    await assert.rejects(registry.resolve("acme/arm", "1", { platform: wanted }), hasCode("PLATFORM_UNKNOWN"));
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });
});

describe("registry faults: lists", () => {
  interface TagsAnswer {
    readonly tags?: string[] | null;
    readonly link?: string;
    readonly status?: number;
    readonly errors?: object[];
  }
  const tagsOf = async (answers: (call: number, query: URLSearchParams) => TagsAnswer): Promise<string[]> => {
    let call = 0;
    await using server = await startEmulator((req, res) => {
      call += 1;
      const { link, status = 200, ...body } = answers(call, new URL(req.url ?? "", "http://x").searchParams);
      if (link) res.setHeader("link", link);
      res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    const limits = { pageBudget: 20 };
    const registry = connectTo({ type: "oci", registryBase: server.host, extra: { plainHttp: true } }, limits);
    try {
      return await collect(registry.listTags("a/b"));
    } finally {
      await registry.close();
    }
  };
  const thousand = Array.from({ length: 1000 }, (_, number) => `v${number}`);
  const linkTo = (last: string | number): string => `</v2/a/b/tags/list?last=${last}>; rel="next"`;

  it("ends without a link although the page is full", async () => {
    assert.equal((await tagsOf(() => ({ tags: thousand }))).length, 1000);
  });

  it("goes on with a link although the page is short", async () => {
    const pages = await tagsOf((call) => ({
      tags: [`t${call}`],
      ...(call < 4 && { link: `</v2/a/b/tags/list?last=t${call}>; rel=next` }),
    }));

    assert.deepEqual(pages, ["t1", "t2", "t3", "t4"]);
  });

  it("ends at a link that leads somewhere else than to the next page", async () => {
    assert.deepEqual(await tagsOf(() => ({ tags: ["a"], link: '</docs>; rel="help"' })), ["a"]);
  });

  it("stops when the registry repeats itself, or comes to no end", async () => {
    const repeating = tagsOf(() => ({ tags: ["a"], link: linkTo("a") }));
    const turning = tagsOf((call) => ({ tags: ["a"], link: linkTo(call) }));
    const endless = tagsOf((call) => ({ tags: [`t${call}`], link: linkTo(call) }));

    await Promise.all([repeating, turning, endless].map((list) => assert.rejects(list, hasCode("REGISTRY_PROTOCOL"))));
  });

  it("names each tag once, and none of a repository that was emptied", async () => {
    const twice = await tagsOf((call) => ({
      tags: ["b", "a", "b"],
      ...(call < 2 && { tags: ["c", "b"], link: linkTo("b") }),
    }));

    assert.deepEqual(twice, ["c", "b", "a"]);
    assert.deepEqual(await tagsOf(() => ({ tags: null })), []);
  });

  it("asks for smaller pages, and then for any, where a size is refused", async () => {
    for (const status of [400, 405]) {
      const asked: (string | null)[] = [];
      const tags = await tagsOf((_call, query) => {
        asked.push(query.get("n"));
        const errors = [{ code: status === 400 ? "PAGINATION_NUMBER_INVALID" : "UNSUPPORTED" }];
        return query.has("n") ? { status, errors } : { tags: ["a"] };
      });

      assert.deepEqual([tags, asked], [["a"], ["1000", "100", null]]);
    }
  });

  it("takes no error for an empty list, even under the status of success", async () => {
    const answering = (code: string) => tagsOf(() => ({ errors: [{ code, message: "slow down" }] }));

    await assert.rejects(answering("TOOMANYREQUESTS"), hasCode("REGISTRY_RATE_LIMITED"));
    await assert.rejects(answering("UNKNOWN"), hasCode("REGISTRY_PROTOCOL"));
  });
});
