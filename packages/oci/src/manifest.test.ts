import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isImage, parseManifest } from "./manifest.ts";
import { MEDIA_TYPES } from "./media-types.ts";

const digest = `sha256:${"a".repeat(64)}`;
const bytes = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json));
const config = { mediaType: MEDIA_TYPES.ociConfig, digest, size: 2 };

describe("parseManifest", () => {
  it("tells images and indexes by their shape where the type is missing or wrong", () => {
    assert.equal(parseManifest(bytes({ schemaVersion: 2, config, layers: [] }), "application/json").kind, "manifest");
    assert.equal(
      parseManifest(bytes({ schemaVersion: 2, manifests: [] }), `${MEDIA_TYPES.ociManifest}; charset=utf-8`).kind,
      "index",
    );
  });

  it("tells images from charts, and from signatures that carry an image's config", () => {
    const layer = (mediaType: string): object => ({ mediaType, digest, size: 2 });
    const chart = { ...config, mediaType: "application/vnd.cncf.helm.config.v1+json" };
    const manifests = [
      { config, layers: [] },
      { config, layers: [layer(MEDIA_TYPES.ociLayerZstd)] },
      { config, layers: [layer("application/octet-stream")] },
      { config: chart, layers: [] },
      { config, layers: [layer("application/vnd.dev.cosign.simplesigning.v1+json")] },
      { config, layers: [layer("application/vnd.dsse.envelope.v1+json")] },
    ];

    const kinds = manifests.map((each) => {
      const parsed = parseManifest(bytes({ schemaVersion: 2, ...each }));
      return parsed.kind === "manifest" && isImage(parsed);
    });

    assert.deepEqual(kinds, [true, true, true, false, false, false]);
  });

  it("names the withdrawn form, unknown forms and broken descriptors", () => {
    assert.throws(() => parseManifest(bytes({ schemaVersion: 1, fsLayers: [] })), { code: "MANIFEST_LEGACY" });
    assert.throws(() => parseManifest(bytes({ hello: "world" })), { code: "IMAGE_UNSUPPORTED" });
    for (const broken of [
      { ...config, digest: "sha256:x" },
      { ...config, size: -1 },
      { ...config, size: 1.5 },
      "text",
    ]) {
      assert.throws(() => parseManifest(bytes({ config: broken, layers: [] })), { code: "REGISTRY_PROTOCOL" });
    }
    assert.throws(() => parseManifest(new TextEncoder().encode("<html>")), { code: "REGISTRY_PROTOCOL" });
  });
});
