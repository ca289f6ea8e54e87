import { startDockerHub } from "../emulators/docker-hub.ts";
import { startHarbor } from "../emulators/harbor.ts";
import { describeRegistryAdapter } from "./registry-adapter.ts";

describeRegistryAdapter("docker-hub", startDockerHub);
describeRegistryAdapter("harbor-cr", startHarbor);
describeRegistryAdapter("ncr with Harbor's API", () => startHarbor({ type: "ncr", slowFirstManifestMs: 100 }));
describeRegistryAdapter("ncr without it", async () =>
  Object.assign(await startHarbor({ type: "ncr", hasApi: false }), { cannotList: true }),
);
