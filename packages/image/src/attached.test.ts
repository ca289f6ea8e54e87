import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import type { IndexEntry } from "@tidewaiter/oci";
import { buildTar, imageOfTars } from "../../../test/support/built-image.ts";
import { toAttached } from "./attached.ts";
import { analyseImage } from "./index.ts";

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

describe("base image", () => {
  it("is what the builder's annotations or labels hint at, annotations first", async () => {
    const image = imageOfTars([await buildTar({ a: "b" })], gzipSync);
    const prefix = "org.opencontainers.image.base.";
    const Labels = { [`${prefix}name`]: "debian:12", [`${prefix}digest`]: digestOf("1") };
    const config = Buffer.from(JSON.stringify({ config: { Labels } }));
    const annotations = { [`${prefix}name`]: "debian:12-slim" };

    const { image: facts } = await analyseImage({ ...image, config, manifest: { ...image.manifest, annotations } });

    assert.deepEqual(facts.baseImage, { name: "debian:12-slim", digest: digestOf("1") });
  });
});

describe("attachments of an image", () => {
  it("are told apart as signatures, attestations, bills of materials and others", () => {
    const types = [
      "application/vnd.dev.cosign.simplesigning.v1+json",
      "application/vnd.cncf.notary.signature",
      "application/vnd.dsse.envelope.v1+json",
      "application/vnd.cyclonedx+json",
      "application/vnd.example",
    ];
    const referrers = types.map((artifactType, index) => ({ digest: digestOf(String(index)), artifactType }));

    const kinds = toAttached(referrers, undefined, digestOf("f")).map(({ kind }) => kind);

    assert.deepEqual(kinds, ["signature", "signature", "attestation", "sbom", "other"]);
  });

  it("come from the index as well, where its entries name the image", () => {
    const entry = (digest: string, of: string): IndexEntry => ({
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest,
      size: 1,
      annotations: { "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": of },
    });
    const manifests = [entry(digestOf("1"), digestOf("a")), entry(digestOf("2"), digestOf("b"))];

    const attached = toAttached([], { manifests }, digestOf("a"));

    assert.deepEqual(
      attached.map(({ digest, kind }) => [digest, kind]),
      [[digestOf("1"), "attestation"]],
    );
  });

  it("stand in the inventory, and are left out where the source cannot tell", async () => {
    const image = imageOfTars([await buildTar({ a: "b" })], gzipSync);
    const signature = { digest: digestOf("1"), artifactType: "application/vnd.dev.cosign.simplesigning.v1+json" };
    const refuse = async (): Promise<never> => Promise.reject(new Error("no answer"));

    const [asked, refused, silent] = await Promise.all([
      analyseImage({ ...image, listReferrers: async () => [signature] }),
      analyseImage({ ...image, listReferrers: refuse }),
      analyseImage(image),
    ]);

    assert.deepEqual(asked.image.attached, [{ ...signature, kind: "signature" }]);
    assert.deepEqual([refused.image.attached, silent.image.attached], [undefined, undefined]);
    assert.equal(refused.problems[0]?.code, "ATTACHMENTS_UNKNOWN");
  });
});
