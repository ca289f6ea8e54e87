import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { choosePlatform, imageEntries } from "./choose-platform.ts";
import type { ImageIndex, IndexEntry } from "./manifest.ts";
import { formatPlatform, parsePlatform } from "./platform.ts";

const entry = (platform: string | undefined, more: Partial<IndexEntry> = {}): IndexEntry => ({
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  digest: `sha256:${"0".repeat(64)}`,
  size: 1,
  ...(platform && { platform: parsePlatform(platform) }),
  ...more,
});
const indexOf = (...manifests: IndexEntry[]): ImageIndex => ({
  kind: "index",
  mediaType: "",
  manifests,
  annotations: {},
});
const chosen = (wanted: string, ...offers: string[]): string | undefined => {
  const { platform } = choosePlatform(
    indexOf(...offers.map((offer) => entry(offer))),
    parsePlatform(wanted) ?? { os: "", architecture: "" },
  );
  return platform && formatPlatform(platform);
};

describe("choosePlatform", () => {
  it("bears variants that mean the same, and takes the nearest where they do not", () => {
    assert.equal(chosen("linux/arm64", "linux/amd64", "linux/arm64/v8"), "linux/arm64/v8");
    assert.equal(chosen("linux/arm64/v8", "linux/arm64"), "linux/arm64");
    assert.equal(chosen("linux/arm", "linux/arm/v6", "linux/arm/v7"), "linux/arm/v7");
    assert.equal(chosen("linux/arm/v7", "linux/arm/v5", "linux/arm/v6"), "linux/arm/v6");
    assert.equal(chosen("linux/amd64", "linux/amd64/v3", "linux/amd64"), "linux/amd64");
    assert.equal(chosen("linux/amd64/v3", "linux/amd64", "linux/amd64/v2", "linux/amd64/v4"), "linux/amd64/v2");
  });

  it("takes Windows images of the same build only", () => {
    const index = indexOf(
      entry(undefined, { platform: { os: "windows", architecture: "amd64", osVersion: "10.0.17763.1" } }),
    );
    const wanted = { os: "windows", architecture: "amd64" };

    assert.ok(choosePlatform(index, { ...wanted, osVersion: "10.0.17763.99" }));
    assert.throws(() => choosePlatform(index, { ...wanted, osVersion: "10.0.20348.1" }), { code: "PLATFORM_UNKNOWN" });
  });

  it("names what there is when nothing fits", () => {
    assert.throws(() => chosen("linux/amd64", "linux/arm64", "windows/amd64"), {
      code: "PLATFORM_UNKNOWN",
      message: /linux\/arm64, windows\/amd64/,
    });
  });

  it("takes the only image for another platform when that is accepted", () => {
    const index = indexOf(entry("linux/arm64"));
    const wanted = { os: "linux", architecture: "amd64" };

    assert.throws(() => choosePlatform(index, wanted), { code: "PLATFORM_UNKNOWN" });
    assert.equal(choosePlatform(index, wanted, { acceptOnly: true }).platform?.architecture, "arm64");
  });

  it("passes over attestations, artifacts and entries of unknown platform", () => {
    const attestation = entry("linux/amd64", { annotations: { "vnd.docker.reference.type": "attestation-manifest" } });
    const artifact = entry(undefined, { artifactType: "application/spdx+json" });

    assert.deepEqual(imageEntries(indexOf(attestation, artifact, entry("unknown/unknown"))), []);
  });
});
