import { startDockerHub } from "../emulators/docker-hub.ts";
import { startEcr } from "../emulators/ecr.ts";
import { startGitHub } from "../emulators/github.ts";
import { startGitLab } from "../emulators/gitlab.ts";
import { startHarbor } from "../emulators/harbor.ts";
import { startQuay } from "../emulators/quay.ts";
import { describeRegistryAdapter } from "./registry-adapter.ts";

describeRegistryAdapter("docker-hub", startDockerHub);
describeRegistryAdapter("ecr", async () => {
  const ecr = await startEcr({ externalId: "external-id-1", throttled: 1 });
  // The SDK looks for its endpoints and keys in the environment, as on an agent.
  Object.assign(process.env, ecr.env);
  return ecr;
});
describeRegistryAdapter("github-cr of an organisation", startGitHub);
describeRegistryAdapter("github-cr of a person", () => startGitHub({ isUser: true }));
describeRegistryAdapter("gitlab-cr", startGitLab);
describeRegistryAdapter("gitlab-cr of an older version, with a deploy token", () =>
  startGitLab({ hasNativeApi: false, isDeployToken: true }),
);
describeRegistryAdapter("harbor-cr", startHarbor);
describeRegistryAdapter("ncr with Harbor's API", () => startHarbor({ type: "ncr", slowFirstManifestMs: 100 }));
describeRegistryAdapter("ncr without it", async () =>
  Object.assign(await startHarbor({ type: "ncr", hasApi: false }), { cannotList: true }),
);
describeRegistryAdapter("quay-cr with a robot", startQuay);
describeRegistryAdapter("quay-cr with an OAuth token", () => startQuay({ hasApiToken: true }));
