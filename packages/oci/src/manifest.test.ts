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

  it("tells images from charts and signatures", () => {
    const kinds = [config, { ...config, mediaType: "application/vnd.cncf.helm.config.v1+json" }].map((each) => {
      const parsed = parseManifest(bytes({ schemaVersion: 2, config: each, layers: [] }));
      return parsed.kind === "manifest" && isImage(parsed);
    });

    assert.deepEqual(kinds, [true, false]);
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
