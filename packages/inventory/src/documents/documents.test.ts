import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import type { Finding, Inventory, Package } from "../index.ts";
import { inventorySchema, toCycloneDx, toSarif, toScanResults, toSpdx } from "../index.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;
const LAYER = `sha256:${"2".repeat(64)}`;
const OPTIONS = { name: "shop/web", tag: "1.2", toolVersion: "0.1.0", createdAt: new Date("2026-01-02T03:04:05.678Z") };

function packageOf(fields: Partial<Package> & Pick<Package, "type" | "name" | "purl">): Package {
  return { version: "1", locations: [{ path: `x/${fields.name}`, layer: LAYER }], ...fields };
}

const INVENTORY: Inventory = inventorySchema.parse({
  schema: 1,
  analyser: "1",
  image: { digest: DIGEST, platform: "linux/amd64", sizeBytes: 10, labels: { "a\u001bb": "c" } },
  operatingSystem: { id: "debian", versionId: "12.5", prettyName: "Debian 12" },
  layers: [{ digest: LAYER, diffId: DIGEST, mediaType: "m", sizeBytes: 5, createdBy: "RUN x" }],
  packages: [
    packageOf({
      type: "deb",
      namespace: "debian",
      name: "libc6",
      source: { name: "glibc", version: "1" },
      dependsOn: ["libgcc", "absent"],
      vendor: "Debian",
      licenses: ["GPL and more"],
      purl: "pkg:deb/debian/libc6@1?arch=amd64",
    }),
    packageOf({ type: "deb", name: "libgcc", dependsOn: ["libc6"], purl: "pkg:deb/debian/libgcc@1" }),
    packageOf({ type: "npm", namespace: "@a", name: "b", scope: "development", purl: "pkg:npm/%40a/b@1" }),
    packageOf({ type: "npm", namespace: "@a", name: "b", ownedBy: "pkg:deb/debian/node@1", purl: "pkg:npm/%40a/b@1" }),
    packageOf({ type: "generic", name: "redis", version: "", purl: "pkg:generic/redis" }),
  ],
  problems: [],
});

function readSchema(name: string): object {
  const manifest = import.meta.resolve("@cyclonedx/cyclonedx-library/package.json");
  return JSON.parse(readFileSync(new URL(`./res/schema/${name}`, manifest), "utf8"));
}

describe("toCycloneDx", () => {
  it("writes a document that the published schema takes", () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ["spdx", "jsf-0.82"])
      ajv.addSchema(
        readSchema(`${name}.SNAPSHOT.schema.json`),
        `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`,
      );
    const validate = ajv.compile(readSchema("bom-1.6.SNAPSHOT.schema.json"));

    const document = toCycloneDx(INVENTORY, OPTIONS);

    assert.equal(validate(document), true, JSON.stringify(validate.errors));
  });

  it("gives every component a reference of its own, and only known ones to dependencies", () => {
    const { components, dependencies } = JSON.parse(JSON.stringify(toCycloneDx(INVENTORY, OPTIONS)));

    const refs = new Set(components.map((entry: { "bom-ref": string }) => entry["bom-ref"]));
    assert.equal(refs.size, components.length);
    const targets = dependencies.flatMap(({ dependsOn }: { dependsOn: string[] }) => dependsOn);
    assert.deepEqual(
      targets.filter((ref: string) => !refs.has(ref)),
      [],
    );
  });

  it("is the same for the same inventory", () => {
    assert.deepEqual(toCycloneDx(INVENTORY, OPTIONS), toCycloneDx(INVENTORY, OPTIONS));
  });
});

describe("toSpdx", () => {
  it("writes what SPDX 2.3 makes mandatory, with unique ids", () => {
    const document = JSON.parse(JSON.stringify(toSpdx(INVENTORY, OPTIONS)));

    assert.equal(document.spdxVersion, "SPDX-2.3");
    assert.equal(document.dataLicense, "CC0-1.0");
    assert.equal(document.creationInfo.created, "2026-01-02T03:04:05Z");
    const ids = document.packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID);
    assert.ok(ids.every((id: string) => /^SPDXRef-[a-zA-Z0-9.-]+$/.test(id)));
    assert.equal(new Set(ids).size, INVENTORY.packages.length + 1);
    assert.ok(
      document.packages.every(({ name, downloadLocation }: Record<string, string>) => name && downloadLocation),
    );
  });

  it("tells development packages apart", () => {
    const { relationships } = JSON.parse(JSON.stringify(toSpdx(INVENTORY, OPTIONS)));

    const kinds = Map.groupBy(relationships, ({ relationshipType }: { relationshipType: string }) => relationshipType);
    assert.deepEqual(
      [...kinds].map(([kind, list]) => [kind, list.length]),
      [
        ["DESCRIBES", 1],
        ["CONTAINS", 4],
        ["DEV_DEPENDENCY_OF", 1],
        ["DEPENDS_ON", 2],
      ],
    );
  });
});

describe("toScanResults", () => {
  it("puts the operating system first and cuts cycles", () => {
    const { scanResults } = JSON.parse(JSON.stringify(toScanResults(INVENTORY, OPTIONS)));

    assert.deepEqual(
      scanResults.map(({ identity }: { identity: { type: string } }) => identity.type),
      ["deb", "npm"],
    );
    const { graph, pkgs, pkgManager } = scanResults[0].facts[0].data;
    assert.deepEqual(
      pkgs.map(({ id }: { id: string }) => id),
      ["docker-image|shop/web@1.2", "glibc/libc6@1", "libgcc@1"],
    );
    assert.deepEqual(pkgManager, { name: "deb", repositories: [{ alias: "debian:12" }] });
    const edges = graph.nodes.map(({ nodeId, deps }: { nodeId: string; deps: { nodeId: string }[] }) => [
      nodeId,
      ...deps.map((dep) => dep.nodeId),
    ]);
    assert.deepEqual(edges, [["root-node", "glibc/libc6@1"], ["glibc/libc6@1", "libgcc@1"], ["libgcc@1"]]);
  });

  it("tells where the image came from and which Java it holds, where that is known", () => {
    const java: Package = {
      type: "generic",
      name: "openjdk",
      version: "17.0.9",
      purl: "p",
      locations: [{ path: "release" }],
    };
    const factsOf = (name: string): Map<string, unknown> => {
      const inventory = { ...INVENTORY, packages: [java] };
      const { scanResults } = JSON.parse(JSON.stringify(toScanResults(inventory, { ...OPTIONS, name, tag: "1" })));
      return new Map(scanResults[0].facts.map(({ type, data }: { type: string; data: unknown }) => [type, data]));
    };

    const [pulled, archived] = [factsOf("registry.example:5000/shop/web"), factsOf("web.tar")];

    assert.deepEqual(pulled.get("ociDistributionMetadata"), {
      registryHost: "registry.example:5000",
      repository: "shop/web",
      manifestDigest: INVENTORY.image.digest,
      imageTag: "1",
    });
    assert.equal(archived.has("ociDistributionMetadata"), false);
    assert.deepEqual(pulled.get("baseRuntimes"), [{ type: "java", version: "17.0.9" }]);
  });

  it("has an operating system result when nothing was found", () => {
    const { scanResults } = JSON.parse(JSON.stringify(toScanResults({ ...INVENTORY, packages: [] }, OPTIONS)));

    assert.deepEqual(
      scanResults.map(({ identity }: { identity: { type: string } }) => identity.type),
      ["linux"],
    );
  });
});

describe("toSarif", () => {
  it("writes one rule for a flaw and one result for each package that has it", () => {
    const finding = (name: string): Finding => ({
      id: "CVE-2026-1",
      aliases: ["DSA-1"],
      kind: "vulnerability",
      severity: "high",
      severitySource: "debian",
      package: { type: "deb", name, version: "1", purl: `pkg:deb/debian/${name}@1` },
      state: "fixed",
      fixedVersion: "2",
      locations: ["/var/lib/dpkg/status"],
      isKnownExploited: false,
      isLowConfidence: false,
      references: ["https://example.org/1"],
    });

    const { runs } = JSON.parse(JSON.stringify(toSarif([finding("a"), finding("b")], OPTIONS)));

    assert.equal(runs[0].tool.driver.rules.length, 1);
    assert.deepEqual(
      runs[0].results.map(({ level, ruleIndex }: { level: string; ruleIndex: number }) => [level, ruleIndex]),
      [
        ["error", 0],
        ["error", 0],
      ],
    );
    assert.equal(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri, "var/lib/dpkg/status");
  });
});
