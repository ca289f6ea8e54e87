import { startAcr } from "../emulators/acr.ts";
import { startArtifactory } from "../emulators/artifactory.ts";
import { startDigitalOcean } from "../emulators/digitalocean.ts";
import { startDockerDaemon } from "../emulators/docker-daemon.ts";
import { startDockerHub } from "../emulators/docker-hub.ts";
import { startEcr } from "../emulators/ecr.ts";
import { startGitHub } from "../emulators/github.ts";
import { startGitLab } from "../emulators/gitlab.ts";
import { startGoogle } from "../emulators/google.ts";
import { startHarbor } from "../emulators/harbor.ts";
import { startNexus } from "../emulators/nexus.ts";
import { startQuay } from "../emulators/quay.ts";
import { describeRegistryAdapter } from "./registry-adapter.ts";

describeRegistryAdapter("acr", startAcr);
describeRegistryAdapter("acr with a refresh token, without the metadata API", () =>
  startAcr({ hasRefreshToken: true, hasMetadataApi: false }),
);
describeRegistryAdapter("acr with an Entra token", () => startAcr({ hasEntraToken: true }));
describeRegistryAdapter("acr with a narrow scope map", () => startAcr({ isNarrow: true }));
describeRegistryAdapter("artifactory-cr by key", startArtifactory);
describeRegistryAdapter("artifactory-cr by API path", () => startArtifactory({ shape: "prefix" }));
describeRegistryAdapter("artifactory-cr by host, without queries", () =>
  startArtifactory({ shape: "host", hasQueries: false }),
);
describeRegistryAdapter("digitalocean-cr", startDigitalOcean);
describeRegistryAdapter(
  "docker-daemon",
  async () => {
    const { idOf, faults: _none, wrong: _nobody, ...daemon } = await startDockerDaemon();
    return { ...daemon, engineId: idOf };
  },
  { hasFaults: false },
);
describeRegistryAdapter("docker-hub", startDockerHub);
describeRegistryAdapter("ecr", async () => {
  const ecr = await startEcr({ externalId: "external-id-1", throttled: 1 });
  // The SDK looks for its endpoints and keys in the environment, as on an agent.
  Object.assign(process.env, ecr.env);
  return ecr;
});
describeRegistryAdapter("gcr", () => startGoogle({ type: "gcr" }));
describeRegistryAdapter("github-cr of an organisation", startGitHub);
describeRegistryAdapter("github-cr of a person", () => startGitHub({ isUser: true }));
describeRegistryAdapter("gitlab-cr", startGitLab);
describeRegistryAdapter("gitlab-cr of an older version, with a deploy token", () =>
  startGitLab({ hasNativeApi: false, isDeployToken: true }),
);
describeRegistryAdapter("google-artifact-cr", startGoogle);
describeRegistryAdapter("google-artifact-cr with a key whose lines broke", () =>
  startGoogle({ keyForm: "broken-lines" }),
);
describeRegistryAdapter("google-artifact-cr with a key in base64", () => startGoogle({ keyForm: "base64" }));
describeRegistryAdapter("google-artifact-cr without the map of manifests", () => startGoogle({ hasTree: false }));
describeRegistryAdapter("google-artifact-cr with the workload's identity", async () => {
  const google = await startGoogle({ hasWorkloadIdentity: true });
  Object.assign(process.env, google.env);
  return google;
});
describeRegistryAdapter("harbor-cr", startHarbor);
describeRegistryAdapter("ncr with Harbor's API", () => startHarbor({ type: "ncr", slowFirstManifestMs: 100 }));
describeRegistryAdapter("ncr without it", async () =>
  Object.assign(await startHarbor({ type: "ncr", hasApi: false }), { cannotList: true }),
);
describeRegistryAdapter("nexus-cr by connector, with the REST API", () => startNexus({ hasRest: true }));
describeRegistryAdapter("nexus-cr by connector, with links that lead elsewhere", () =>
  startNexus({ links: "wrong-path" }),
);
describeRegistryAdapter("nexus-cr by path, without links", () => startNexus({ shape: "prefix", links: "absent" }));
describeRegistryAdapter("nexus-cr by path-based routing", () => startNexus({ shape: "routed" }));
describeRegistryAdapter("quay-cr with a robot", startQuay);
describeRegistryAdapter("quay-cr with an OAuth token", () => startQuay({ hasApiToken: true }));
