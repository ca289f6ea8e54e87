import assert from "node:assert/strict";
import type { BuiltManifest } from "@tidewaiter/sample-registry";
import type { SampleContent } from "../../conformance/registry-content.ts";

/** Pushes everything of a sample to an open registry, by the distribution specification's "pushing". */
export async function pushContent(address: string, { content, repositories }: SampleContent): Promise<void> {
  const push = async (repository: string): Promise<void> => {
    const uploaded = new Set<string>();
    for (const tag of content.tags(repository) ?? []) {
      const manifest = content.manifest(repository, tag);
      if (manifest) await pushManifest(`http://${address}/v2/${repository}`, tag, manifest, uploaded);
    }
  };
  await Promise.all(repositories.map(push));
}

async function pushManifest(
  root: string,
  reference: string,
  manifest: BuiltManifest,
  uploaded: Set<string>,
): Promise<void> {
  for (const child of manifest.children) await pushManifest(root, child.descriptor.digest, child, uploaded);
  for (const [digest, bytes] of manifest.blobs) {
    if (uploaded.has(digest)) continue;
    await pushBlob(root, digest, bytes);
    uploaded.add(digest);
  }
  const { mediaType } = manifest.descriptor;
  const answer = await fetch(`${root}/manifests/${reference}`, {
    method: "PUT",
    headers: { "content-type": mediaType },
    body: Buffer.from(manifest.bytes),
  });
  assert.equal(answer.status, 201, await answer.text());
}

async function pushBlob(root: string, digest: string, bytes: Uint8Array): Promise<void> {
  const started = await fetch(`${root}/blobs/uploads/`, { method: "POST" });
  const location = new URL(started.headers.get("location") ?? "", root);
  location.searchParams.set("digest", digest);
  const answer = await fetch(location, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: Buffer.from(bytes),
  });
  assert.equal(answer.status, 201, await answer.text());
}
