import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { type CredentialBlob, REGISTRY_TYPES, type RegistryType, type TagMetadata } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import { startAcr } from "../emulators/acr.ts";
import { startArtifactory } from "../emulators/artifactory.ts";
import { startDigitalOcean } from "../emulators/digitalocean.ts";
import { startDockerDaemon } from "../emulators/docker-daemon.ts";
import { startDockerHub } from "../emulators/docker-hub.ts";
import { startEcr } from "../emulators/ecr.ts";
import type { EmulatedRegistry } from "../emulators/emulated-registry.ts";
import { startGitHub } from "../emulators/github.ts";
import { startGitLab } from "../emulators/gitlab.ts";
import { startGoogle } from "../emulators/google.ts";
import { startHarbor } from "../emulators/harbor.ts";
import { startNexus } from "../emulators/nexus.ts";
import { startQuay } from "../emulators/quay.ts";
import { collect, connectTo } from "./registry-subject.ts";

const EMULATORS: Readonly<Record<Exclude<RegistryType, "oci">, () => Promise<EmulatedRegistry>>> = {
  acr: startAcr,
  "artifactory-cr": startArtifactory,
  "digitalocean-cr": startDigitalOcean,
  "docker-daemon": startDockerDaemon,
  "docker-hub": startDockerHub,
  ecr: async () => {
    const ecr = await startEcr();
    Object.assign(process.env, ecr.env);
    return ecr;
  },
  gcr: () => startGoogle({ type: "gcr" }),
  "github-cr": startGitHub,
  "gitlab-cr": startGitLab,
  "google-artifact-cr": startGoogle,
  "harbor-cr": startHarbor,
  ncr: () => startHarbor({ type: "ncr" }),
  "nexus-cr": () => startNexus({ hasRest: true }),
  "quay-cr": () => startQuay({ hasApiToken: true }),
};

/** What a user gets: repositories, and tags with their dates. Codes where there is an error. */
async function seenThrough(blob: CredentialBlob, repository: string): Promise<unknown> {
  const answer = async <T>(work: () => Promise<T>): Promise<T | string> => {
    try {
      return await work();
    } catch (error) {
      return error instanceof BrokerError ? error.code : String(error);
    }
  };
  const registry = await answer(async () => connectTo(blob));
  if (typeof registry === "string") return registry;
  const repositories = await answer(async () => (await collect(registry.listRepositories())).sort());
  const dated = ({ tag, digest, pushedAt }: TagMetadata): string => `${tag} ${digest} ${pushedAt}`;
  const tags = await answer(async () => (await collect(registry.listTagsWithMetadata(repository))).map(dated).sort());
  await registry.close();
  return { repositories, tags };
}

describe("each registry's adapter", () => {
  for (const [type, start] of Object.entries(EMULATORS)) {
    it(`shows more of ${type} than the plain adapter would`, async () => {
      await using emulator = await start();

      const ours = await seenThrough(emulator.blob, emulator.sample.app);
      const plain = await seenThrough({ ...emulator.blob, type: "oci" }, emulator.sample.app);

      assert.notDeepEqual(ours, plain);
    });
  }

  it("is there for every type", () => {
    assert.deepEqual(Object.keys(EMULATORS).sort(), REGISTRY_TYPES.filter((type) => type !== "oci").sort());
  });

  it("is judged by emulators that know nothing of it", () => {
    const importing = globSync("test/emulators/*.ts").filter((path) =>
      /tidewaiter\/registry"|packages\/registry/.test(readFileSync(path, "utf8")),
    );

    assert.deepEqual(importing, []);
  });
});
