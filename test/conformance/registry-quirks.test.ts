import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toConnection } from "@tidewaiter/contract";
import { digestOf } from "@tidewaiter/oci";
import { apiUrlsFromEnv, createRegistry, type Registry } from "@tidewaiter/registry";
import { buildImage, buildIndex, buildLayer } from "@tidewaiter/sample-registry";
import { startAcr } from "../emulators/acr.ts";
import { startArtifactory } from "../emulators/artifactory.ts";
import { startDockerHub } from "../emulators/docker-hub.ts";
import { startEcr } from "../emulators/ecr.ts";
import type { EmulatedRegistry } from "../emulators/emulated-registry.ts";
import { FAULTS } from "../emulators/faults.ts";
import { startGoogle } from "../emulators/google.ts";
import { startHarbor } from "../emulators/harbor.ts";
import { startOci } from "../emulators/oci.ts";
import { startProxy } from "../emulators/proxy.ts";
import { startQuay } from "../emulators/quay.ts";
import { startEmulator } from "../emulators/start-emulator.ts";
import { collect, connectTo, failure, hasCode } from "./registry-subject.ts";

async function withRegistry(emulator: EmulatedRegistry, work: (registry: Registry) => Promise<void>): Promise<void> {
  const registry = connectTo(emulator.blob);
  try {
    await work(registry);
  } finally {
    await registry.close();
    await emulator[Symbol.asyncDispose]();
  }
}

describe("quirks of single registries", () => {
  it("docker-hub: reads tags from the registry when its API refuses access tokens", async () => {
    const hub = await startDockerHub({ refusesTokensOnApi: true });
    await withRegistry(hub, async (registry) => {
      await assert.rejects(collect(registry.listRepositories()), hasCode("CATALOG_UNSUPPORTED"));

      const tags = await collect(registry.listTagsWithMetadata(hub.sample.app));

      assert.deepEqual(
        tags.map(({ tag, pushedAt }) => [tag, pushedAt]),
        [
          ["1.0", undefined],
          ["docker", undefined],
        ],
      );
    });
  });

  it("docker-hub: puts official images into library/, under every name of the host", async () => {
    const hub = await startDockerHub();
    hub.sample.content.push("library/alpine", "3", hub.sample.amd64);
    await withRegistry(hub, async (registry) => {
      for (const name of ["alpine", "library/alpine", "docker.io/alpine", "docker.io/library/alpine"]) {
        assert.equal((await registry.headManifest(name, "3")).digest, hub.sample.amd64.descriptor.digest);
      }
    });
  });

  it("docker-hub: leaves the reserve of the quota alone, and looks at it by HEAD", async () => {
    const hub = await startDockerHub({ quota: { limit: 100, remaining: 12 } });
    await withRegistry(hub, async (registry) => {
      await registry.resolve(hub.sample.app, "docker", {});
      await registry.resolve(hub.sample.app, "docker", {});
      await registry.resolve(hub.sample.app, "docker", {});

      const error = await failure(registry.resolve(hub.sample.app, "docker", {}));

      assert.deepEqual([error.code, error.retryAfterMs], ["REGISTRY_RATE_LIMITED", 21_600_000]);
      assert.equal(hub.registry.seen(/^GET .*manifests/).length, 4);
    });
  });

  it("ecr: asks for a new password when the old one has expired, although there is no challenge", async () => {
    const ecr = await startEcr();
    Object.assign(process.env, ecr.env);
    await withRegistry(ecr, async (registry) => {
      await registry.headManifest(ecr.sample.app, "1.0");
      ecr.tokens.revokeAll();

      const { digest } = await registry.resolve(ecr.sample.app, "1.0", {});

      assert.equal(digest, ecr.sample.amd64.descriptor.digest);
    });
  });

  it("quay-cr: never shows a stranger's empty catalog as an empty registry", async () => {
    const quay = await startQuay();
    const registry = connectTo({ ...quay.blob, username: undefined, password: undefined });

    await assert.rejects(collect(registry.listRepositories()), hasCode("CATALOG_UNSUPPORTED"));

    await registry.close();
    await quay[Symbol.asyncDispose]();
  });

  it("harbor-cr: begins a list anew when the repository that the cursor names is gone", async () => {
    const harbor = await startHarbor({ isAdmin: true, hasApi: false });
    harbor.faults.next(/_catalog/, () => false);
    harbor.faults.next(/_catalog/, () => false);
    harbor.faults.next(/_catalog/, FAULTS.status(400, {}, '{"errors":[{"code":"BAD_REQUEST"}]}'));
    await withRegistry(harbor, async (registry) => {
      assert.deepEqual((await collect(registry.listRepositories())).sort(), [...harbor.sample.repositories].sort());
    });
  });

  it("harbor-cr: says that a policy of the project holds an image back", async () => {
    const harbor = await startHarbor();
    await withRegistry(harbor, async (registry) => {
      await registry.headManifest(harbor.sample.app, "1.0");
      const body = '{"errors":[{"code":"PROJECTPOLICYVIOLATION","message":"current image with vulnerabilities"}]}';
      harbor.faults.next(/GET .*manifests/, FAULTS.status(412, {}, body));

      const error = await failure(registry.resolve(harbor.sample.app, "1.0", {}));

      assert.deepEqual([error.code, /policies/.test(error.action)], ["REGISTRY_FORBIDDEN", true]);
    });
  });

  it("artifactory-cr: says that an instance is deactivated", async () => {
    const artifactory = await startArtifactory({ isDeactivated: true });
    await withRegistry(artifactory, async (registry) => {
      const error = await failure(registry.headManifest(artifactory.sample.app, "1.0"));

      assert.match(error.message, /deactivated/);
    });
  });

  it("acr: asks for the right that tags demand, whatever pulls demand", async () => {
    const acr = await startAcr();
    await withRegistry(acr, async (registry) => {
      await registry.headManifest(acr.sample.app, "1.0");

      assert.equal((await collect(registry.listTags(acr.sample.app))).length, 2);
    });
  });

  it("acr: gives a refresh token by GET where the token server knows no POST", async () => {
    const acr = await startAcr({ hasRefreshToken: true, refusesPost: true });
    await withRegistry(acr, async (registry) => {
      await registry.headManifest(acr.sample.app, "1.0");

      const asked = (pattern: RegExp): number => acr.registry.seen(pattern).length;
      assert.deepEqual([asked(/^POST \/oauth2\/token/), asked(/^GET \/oauth2\/token/)], [1, 1]);
    });
  });

  it("acr: tells size and platform of tags from what is known of their manifests", async () => {
    const acr = await startAcr();
    await withRegistry(acr, async (registry) => {
      const tags = await collect(registry.listTagsWithMetadata(acr.sample.app));

      assert.deepEqual(
        tags.map(({ tag, sizeBytes, platforms }) => [tag, sizeBytes, platforms]),
        [
          ["1.0", undefined, undefined],
          ["docker", 4321, ["linux/amd64"]],
        ],
      );
    });
  });

  it("artifactory-cr: asks for the dates of all tags at once where it may", async () => {
    const artifactory = await startArtifactory();
    await withRegistry(artifactory, async (registry) => {
      await collect(registry.listTagsWithMetadata(artifactory.sample.manyTags));

      const asked = (pattern: RegExp): number => artifactory.registry.seen(pattern).length;
      assert.deepEqual([asked(/^POST .*aql/), asked(/api\/storage/), asked(/^HEAD/)], [1, 0, 0]);
    });
  });

  it("google-artifact-cr: says that the key is refused without repeating it", async () => {
    const google = await startGoogle();
    const registry = connectTo(google.wrong);

    const error = await failure(registry.headManifest(google.sample.app, "1.0"));

    assert.equal(error.code, "REGISTRY_UNAUTHORIZED");
    assert.ok(
      !JSON.stringify([error.message, error.likely, error.action, String(error.cause)]).includes("PRIVATE KEY"),
    );
    await registry.close();
    await google[Symbol.asyncDispose]();
  });
});

describe("what a connection may choose", () => {
  it("lists the repositories that it names where nothing can be listed", async () => {
    const registry = connectTo({ type: "github-cr", extra: { repositories: ["acme/a", "acme/b"] } });

    assert.deepEqual(await collect(registry.listRepositories()), ["acme/a", "acme/b"]);
    await registry.close();
  });

  it("prefers the platforms that it names, in their order", async () => {
    const oci = await startOci();
    const registry = connectTo({
      ...oci.blob,
      extra: { ...oci.blob.extra, platforms: ["linux/s390x", "linux/arm64"] },
    });

    const { digest } = await registry.resolve(oci.sample.app, "1.0", {});

    assert.equal(digest, oci.sample.arm64.descriptor.digest);
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });

  it("fetches foreign layers only when it allows them, without credentials", async () => {
    const oci = await startOci();
    const bytes = Buffer.from("a base layer that its maker keeps");
    await using elsewhere = await startEmulator((_req, res) => void res.end(bytes));
    const layer = {
      mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar",
      digest: digestOf(bytes),
      size: bytes.length,
      urls: [elsewhere.url.href],
    };
    const refusing = connectTo(oci.blob);
    const allowing = connectTo({ ...oci.blob, extra: { ...oci.blob.extra, allowForeignLayers: true } });
    const image = (registry: Registry) => registry.resolve(oci.sample.app, "docker", {});

    await assert.rejects((await image(refusing)).openBlob(layer), hasCode("BLOB_UNKNOWN"));
    assert.equal(elsewhere.calls.length, 0);
    const read = await (await (await image(allowing)).openBlob(layer)).toArray();

    assert.deepEqual(Buffer.concat(read), bytes);
    assert.equal(elsewhere.calls[0]?.headers.authorization, undefined);
    await Promise.all([refusing.close(), allowing.close()]);
    await oci[Symbol.asyncDispose]();
  });

  it("takes the vendor's API address from the agent's variables where it names none", async () => {
    const hub = await startDockerHub();
    const apiUrls = apiUrlsFromEnv({ TIDEWAITER_DOCKER_HUB_API_URL: hub.api.url.href });
    const { apiUrl: _none, ...extra } = { apiUrl: "", ...hub.blob.extra, plainHttp: true };
    const registry = createRegistry(
      toConnection({ ...hub.blob, type: "docker-hub", extra: { plainHttp: extra.plainHttp } }),
      { apiUrls },
    );

    assert.equal((await collect(registry.listRepositories())).length, hub.sample.repositories.length);
    assert.throws(() => apiUrlsFromEnv({ TIDEWAITER_QUAY_CR_API_URL: "quay" }), hasCode("CONFIG_INVALID"));
    await registry.close();
    await hub[Symbol.asyncDispose]();
  });
});

describe("a proxy", () => {
  it("carries calls to the registry, its token server, its storage and the vendor's API", async () => {
    const hub = await startDockerHub();
    await using proxy = await startProxy();
    const connection = toConnection(hub.blob as Parameters<typeof toConnection>[0]);
    const registry = createRegistry(connection, { outbound: { httpProxy: proxy.url, httpsProxy: proxy.url } });

    const { manifest, openBlob } = await registry.resolve(hub.sample.app, "docker", {});
    for (const layer of manifest.layers) await (await openBlob(layer)).toArray();
    const listed = await collect(registry.listRepositories());

    assert.equal(new Set(proxy.targets).size, 4);
    assert.equal(listed.length, hub.sample.repositories.length);
    await registry.close();
    await hub[Symbol.asyncDispose]();
  });

  it("carries the AWS SDK's calls, too", async () => {
    const ecr = await startEcr();
    Object.assign(process.env, ecr.env);
    await using proxy = await startProxy();
    const connection = toConnection(ecr.blob as Parameters<typeof toConnection>[0]);
    const registry = createRegistry(connection, { outbound: { httpProxy: proxy.url } });

    assert.equal((await collect(registry.listRepositories())).length, ecr.sample.repositories.length);

    for (const host of [ecr.sts.host, ecr.api.host]) assert.ok(proxy.targets.includes(host), host);
    await registry.close();
    await ecr[Symbol.asyncDispose]();
  });
});

describe("what is attached to an image", () => {
  it("is listed by the tag that stands in for the referrers API, and by cosign's tags", async () => {
    const oci = await startOci();
    const { content, amd64, app } = oci.sample;
    const signature = buildImage([await buildLayer({ "signature.json": "{}" })]);
    const tag = amd64.descriptor.digest.replace(":", "-");
    content.push(app, tag, buildIndex([{ image: signature }]));
    content.push(app, `${tag}.sig`, signature);
    await withRegistry(oci, async (registry) => {
      const referrers = await registry.listReferrers(app, amd64.descriptor.digest);

      assert.deepEqual(
        referrers.map(({ digest, tag: by }) => [digest, by]),
        [
          [signature.descriptor.digest, undefined],
          [signature.descriptor.digest, `${tag}.sig`],
        ],
      );
    });
  });
});
