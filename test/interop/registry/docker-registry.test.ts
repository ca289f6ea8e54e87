import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { CredentialBlob } from "@tidewaiter/contract";
import { describeRegistryAdapter } from "../../conformance/registry-adapter.ts";
import { buildSampleContent, type SampleContent } from "../../conformance/registry-content.ts";
import { connectTo } from "../../conformance/registry-subject.ts";
import { missing } from "../../support/requirements.ts";
import { ACCOUNT, type DebianRegistryOptions, startDebianRegistry } from "./debian-registry.ts";
import { pushContent } from "./push-content.ts";

describe("docker-registry", { skip: missing("docker-registry", "skopeo", "htpasswd", "openssl") }, () => {
  const folder = mkdtempSync(join(tmpdir(), "registry-interop-"));
  const storage = join(folder, "storage");
  let sample: SampleContent;
  before(async () => {
    sample = await buildSampleContent({ namespace: "acme", repositoryCount: 24, tagCount: 24 });
    await using registry = await startDebianRegistry({ storage, folder, mode: "open" });
    await pushContent(registry.address, sample);
  });
  after(() => rmSync(folder, { recursive: true }));

  const blobFor = (address: string, password?: string): CredentialBlob => ({
    type: "oci",
    registryBase: address,
    ...(password && { username: ACCOUNT.name, password }),
    extra: { plainHttp: true },
  });
  const start =
    (mode: DebianRegistryOptions["mode"], redirects = false) =>
    async () => {
      const registry = await startDebianRegistry({ storage, folder, mode, redirects });
      const isOpen = mode === "open";
      return {
        blob: blobFor(registry.address, isOpen ? undefined : ACCOUNT.password),
        wrong: isOpen ? undefined : blobFor(registry.address, "not-the-password"),
        sample,
        [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
      };
    };

  describeRegistryAdapter("docker-registry without accounts", start("open"), { hasFaults: false });
  describeRegistryAdapter("docker-registry with htpasswd", start("htpasswd"), { hasFaults: false });
  describeRegistryAdapter("docker-registry with tokens", start("token"), { hasFaults: false });
  describeRegistryAdapter("docker-registry with tokens and redirected blobs", start("token", true), {
    hasFaults: false,
  });

  it("gives us the bytes that skopeo copies", async () => {
    await using debian = await startDebianRegistry({ storage, folder, mode: "htpasswd" });
    const target = join(folder, "copied");
    const credentials = `${ACCOUNT.name}:${ACCOUNT.password}`;
    execFileSync("skopeo", [
      "copy",
      "--quiet",
      "--src-tls-verify=false",
      "--src-creds",
      credentials,
      `docker://${debian.address}/${sample.app}:1.0`,
      `oci:${target}:1.0`,
    ]);
    const registry = connectTo(blobFor(debian.address, ACCOUNT.password));
    const copied = (digest: string): Buffer =>
      readFileSync(join(target, "blobs/sha256", digest.slice("sha256:".length)));

    const image = await registry.resolve(sample.app, "1.0", {});
    const layers = await Promise.all(
      image.manifest.layers.map(async (layer) => Buffer.concat(await (await image.openBlob(layer)).toArray())),
    );

    assert.deepEqual(image.config, copied(image.manifest.config.digest));
    assert.deepEqual(
      layers,
      image.manifest.layers.map(({ digest }) => copied(digest)),
    );
    assert.ok(copied(image.digest).length > 0);
    await registry.close();
  });
});
