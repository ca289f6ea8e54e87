import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Inventory, Package } from "../model.ts";
import { analyseDockerfile } from "./dockerfile.ts";
import { instructionId } from "./install-commands.ts";
import { toScanResults } from "./scan-results.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;
const DIFF_ID = `sha256:${"2".repeat(64)}`;
const SHA1 = "3".repeat(40);
const INVENTORY: Inventory = {
  schema: 1,
  analyser: "1",
  image: { digest: DIGEST, platform: "linux/amd64", sizeBytes: 1 },
  layers: [{ digest: DIGEST, diffId: DIFF_ID, mediaType: "layer", sizeBytes: 1 }],
  packages: [],
  problems: [],
};

interface Result {
  identity: { type: string; targetFile?: string };
  facts: { type: string; data: never }[];
}

function resultsOf(inventory: Inventory, dockerfile?: string): Result[] {
  const options = { name: "shop/web", tag: "1", toolVersion: "1", createdAt: new Date(0), dockerfile };
  return JSON.parse(JSON.stringify(toScanResults(inventory, options))).scanResults;
}

function factsOf({ facts }: Result): Record<string, never> {
  return Object.fromEntries(facts.map(({ type, data }) => [type, data]));
}

function packageAt(path: string, fields: Partial<Package>): Package {
  return {
    type: "deb",
    name: "a",
    version: "1",
    purl: `p/${path}/${fields.name}`,
    locations: [{ path, layer: DIGEST }],
    ...fields,
  };
}

describe("vendor's facts", () => {
  it("tells the config by the vendor's names, and what is missing not at all", () => {
    const image = {
      ...INVENTORY.image,
      environment: ["A=1"],
      volumes: ["/data"],
      workingFolder: "/srv",
      stopSignal: "SIGINT",
    };
    const history = [{ createdBy: "RUN x", author: "me", comment: "why", isEmpty: true }];

    const facts = factsOf(resultsOf({ ...INVENTORY, image: { ...image, history } })[0] as Result);

    assert.deepEqual(facts.containerConfig, {
      env: ["A=1"],
      volumes: ["/data"],
      workingDir: "/srv",
      stopSignal: "SIGINT",
    });
    assert.deepEqual(facts.history, [{ author: "me", createdBy: "RUN x", comment: "why", emptyLayer: true }]);
  });

  it("tells what the build installed upon its base, with what that needs, and the instruction on the packages", () => {
    const instruction =
      'RUN /bin/sh -c apt-get update && apt-get -y install --no-install-recommends -t stable curl=8.1 "wget" ';
    const at = (createdBy: string, createdAt: string): { createdBy: string; createdAt: string; isEmpty: boolean } => ({
      createdBy,
      createdAt,
      isEmpty: false,
    });
    const history = [
      at("/bin/sh -c apt-get install -y old", "2026-01-01T00:00:00Z"),
      at(`${instruction}# buildkit`, "2026-02-01T00:00:00Z"),
    ];
    const packages = [
      packageAt("status", { name: "curl", dependsOn: ["libcurl4"] }),
      packageAt("status", { name: "libcurl4", source: { name: "curl-source", version: "1" } }),
      packageAt("status", { name: "old" }),
    ];

    const [result] = resultsOf({ ...INVENTORY, packages, image: { ...INVENTORY.image, history } });
    const { autoDetectedUserInstructions: found, depGraph } = factsOf(result as Result) as Record<
      string,
      Record<string, Record<string, { info: unknown }[]>>
    >;

    const installCommand = 'apt-get -y install --no-install-recommends -t stable curl=8.1 "wget"';
    const entry = { instruction, installCommand };
    assert.deepEqual(found, {
      dockerfilePackages: { curl: entry, wget: entry, "curl-source": entry },
      dockerfileLayers: { [instructionId(instruction)]: { instruction } },
    });
    const labels = { dockerLayerId: instructionId(instruction), dockerLayerDiffId: DIFF_ID };
    assert.deepEqual(
      depGraph?.graph?.nodes?.slice(1).map(({ info }) => info),
      [{ labels }, { labels }, { labels: { dockerLayerDiffId: DIFF_ID } }],
    );
  });

  it("tells no instructions apart when all are of one age", () => {
    const history = [{ createdBy: "RUN apk add curl", createdAt: "2026-02-01T00:00:00Z", isEmpty: false }];

    const facts = factsOf(resultsOf({ ...INVENTORY, image: { ...INVENTORY.image, history } })[0] as Result);

    assert.equal("autoDetectedUserInstructions" in facts, false);
  });

  it("lists Java archives by folder: with coordinates, or with the digest where there are none", () => {
    const maven = (path: string, name: string): Package => packageAt(path, { type: "maven", namespace: "org.x", name });
    const packages = [
      maven("srv/app.jar", "app"),
      maven("srv/app.jar", "shaded"),
      maven("srv/app.jar!/lib/inner.jar", "inner"),
      { ...maven("usr/share/java/owned.jar", "owned"), ownedBy: "pkg:deb/x" },
    ];
    const fileDigests = ["srv/app.jar", "srv/unknown.jar", "usr/share/java/owned.jar"].map((path) => ({
      path,
      digest: `sha1:${SHA1}`,
    }));

    const [, ...results] = resultsOf({ ...INVENTORY, packages, fileDigests });

    const coordinates = (artifactId: string): object => ({ groupId: "org.x", artifactId, version: "1" });
    assert.deepEqual(
      results.map(({ identity }) => [identity.type, identity.targetFile]),
      [["maven", "/srv"]],
    );
    assert.deepEqual(factsOf(results[0] as Result).jarFingerprints, {
      origin: "shop/web:1",
      path: "/srv",
      fingerprints: [
        { location: "/srv/app.jar", digest: null, dependencies: [coordinates("shaded")], ...coordinates("app") },
        { location: "/srv/app.jar/lib/inner.jar", digest: null, dependencies: [], ...coordinates("inner") },
        { location: "/srv/unknown.jar", digest: SHA1, dependencies: [] },
      ],
    });
  });

  it("tells the Java that a distribution packaged, by the version that Java itself tells", () => {
    const versions = {
      "openjdk-17-jre-headless": "17.0.19+10-1~deb12u2",
      "java-1.8.0-openjdk": "1:1.8.0.392.b08-4.el9",
    };
    const packages = Object.entries(versions).map(([name, version]) => packageAt("status", { name, version }));

    const facts = factsOf(resultsOf({ ...INVENTORY, packages })[0] as Result);

    assert.deepEqual(facts.baseRuntimes, [
      { type: "java", version: "17.0.19" },
      { type: "java", version: "1.8.0" },
    ]);
  });

  it("tells the digests of key programs once each", () => {
    const sha256 = "4".repeat(64);
    const fileDigests = ["usr/bin/node", "opt/node"].map((path) => ({ path, digest: `sha256:${sha256}` }));

    const facts = factsOf(resultsOf({ ...INVENTORY, fileDigests })[0] as Result);

    assert.deepEqual(facts.keyBinariesHashes, [sha256]);
  });
});

describe("analyseDockerfile", () => {
  it("follows arguments and stages to the last base image, and lists what is installed", () => {
    const text = [
      "# syntax=docker/dockerfile:1",
      "ARG TAG=3.20",
      `FROM --platform=linux/amd64 alpine:\${TAG} AS base`,
      'ENV TOOLS="git curl"',
      "FROM base",
      "ARG EXTRA=jq",
      "RUN --mount=type=cache,target=/x apk add --no-cache \\",
      "  --virtual .build make $EXTRA",
    ].join("\n");

    const { baseImage, dockerfilePackages } = analyseDockerfile(text);

    assert.equal(baseImage, "alpine:3.20");
    assert.deepEqual(Object.keys(dockerfilePackages), ["make", "jq"]);
  });

  it("says so when there is no base image, or one that only the build knows", () => {
    const errors = ["RUN true", "ARG IMAGE\nFROM $IMAGE", `FROM a\nFROM \${UNKNOWN}:1`].map(
      (text) => analyseDockerfile(text).error?.code,
    );

    assert.deepEqual(errors, ["BASE_IMAGE_NAME_NOT_FOUND", "BASE_IMAGE_NON_RESOLVABLE", "BASE_IMAGE_NON_RESOLVABLE"]);
  });
});
