import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import type { RegistryType } from "@tidewaiter/contract";
import { Secret } from "@tidewaiter/runtime";
import { readPush } from "./read-push.ts";

const digest = `sha256:${"a".repeat(64)}`;
const secret = new Secret("hook-secret");
const pushed = { action: "push", repository: "acme/app", tag: "1.0", digest };
const deliver = (type: RegistryType, json: unknown, headers: Record<string, string> = {}, agreed?: Secret) =>
  readPush({ type, headers, body: Buffer.from(JSON.stringify(json)), secret: agreed });
const withoutTime = ([event]: ReturnType<typeof readPush>) => {
  const { at: _at, isAuthentic: _proven, ...rest } = event ?? {};
  return rest;
};

const manifest = "application/vnd.oci.image.manifest.v1+json";
const harborData = { resources: [{ digest, tag: "1.0" }], repository: { repo_full_name: "acme/app" } };
const PAYLOADS: readonly (readonly [RegistryType, unknown])[] = [
  [
    "oci",
    { events: [{ action: "push", target: { mediaType: manifest, digest, repository: "acme/app", tag: "1.0" } }] },
  ],
  ["acr", { action: "push", target: { mediaType: manifest, digest, repository: "acme/app", tag: "1.0" } }],
  ["acr", [{ eventType: "x", data: { action: "push", target: { digest, repository: "acme/app", tag: "1.0" } } }]],
  ["harbor-cr", { type: "PUSH_ARTIFACT", occur_at: 1_772_000_000, event_data: harborData }],
  ["ncr", { type: "harbor.artifact.pushed", time: "2026-03-01T00:00:00Z", data: harborData }],
  [
    "ecr",
    {
      detail: {
        result: "SUCCESS",
        "repository-name": "acme/app",
        "image-digest": digest,
        "action-type": "PUSH",
        "image-tag": "1.0",
      },
    },
  ],
  [
    "google-artifact-cr",
    {
      message: {
        data: Buffer.from(
          JSON.stringify({ action: "INSERT", digest: `h.pkg.dev/acme/app@${digest}`, tag: "h.pkg.dev/acme/app:1.0" }),
        ).toString("base64"),
      },
    },
  ],
  [
    "github-cr",
    {
      action: "published",
      registry_package: {
        name: "app",
        namespace: "Acme",
        package_type: "CONTAINER",
        package_version: { container_metadata: { tag: { name: "1.0", digest } } },
      },
    },
  ],
  [
    "artifactory-cr",
    {
      domain: "docker",
      event_type: "pushed",
      data: { repo_key: "acme", image_name: "app", tag: "1.0", sha256: "a".repeat(64) },
    },
  ],
  ["artifactory-cr", { event_type: "pushed", repo_key: "acme", image_name: "app", tag: "1.0", sha256: "a".repeat(64) }],
];

describe("readPush", () => {
  for (const [type, payload] of PAYLOADS) {
    it(`reads a push of ${type} (${Object.keys(payload as object)[0]})`, () => {
      assert.deepEqual(withoutTime(deliver(type, payload)), pushed);
    });
  }

  it("reads pushes that come without a digest", () => {
    const { digest: _none, ...rest } = pushed;
    const hub = { push_data: { tag: "1.0", pushed_at: 1_772_000_000 }, repository: { repo_name: "acme/app" } };
    const nexus = { action: "CREATED", component: { format: "docker", name: "acme/app", version: "1.0" } };

    assert.deepEqual(withoutTime(deliver("docker-hub", hub)), rest);
    assert.deepEqual(withoutTime(deliver("quay-cr", { repository: "acme/app", updated_tags: ["1.0"] })), rest);
    assert.deepEqual(withoutTime(deliver("nexus-cr", nexus)), rest);
  });

  it("passes over layers, pulls, pings and names that no image has", () => {
    const target = { mediaType: "application/octet-stream", digest, repository: "acme/app" };
    const events = [
      { action: "push", target },
      { action: "pull", target },
      { action: "push", target: { ...target, mediaType: manifest, repository: "../x" } },
    ];

    assert.deepEqual(deliver("oci", { events }), []);
    assert.deepEqual(deliver("acr", { id: "1", action: "ping" }), []);
    assert.deepEqual(deliver("github-cr", { zen: "Keep it logically awesome." }), []);
  });

  it("takes a signed delivery as authentic, and an unsigned one as a hint", () => {
    const [, payload] = PAYLOADS.find(([type]) => type === "github-cr") ?? [];
    const signature = `sha256=${createHmac("sha256", "hook-secret").update(JSON.stringify(payload)).digest("hex")}`;

    const [signed] = deliver("github-cr", payload, { "x-hub-signature-256": signature }, secret);
    const [hint] = deliver("github-cr", payload);

    assert.deepEqual([signed?.isAuthentic, hint?.isAuthentic], [true, false]);
  });

  it("refuses a wrong proof before it reads anything", () => {
    const body = Buffer.from("no JSON at all");
    const headers = { "x-nexus-webhook-signature": "00", authorization: "wrong" };

    for (const type of ["nexus-cr", "harbor-cr", "artifactory-cr", "ecr", "github-cr"] as const) {
      assert.throws(() => readPush({ type, headers, body, secret }), { code: "UNAUTHENTICATED" });
    }
    assert.throws(() => readPush({ type: "quay-cr", headers, body, secret }), { code: "INPUT_INVALID" });
  });
});
