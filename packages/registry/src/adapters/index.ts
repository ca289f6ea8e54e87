import type { RegistryType } from "@tidewaiter/contract";
import type { AdapterDefinition } from "./adapter.ts";
import { dockerHub } from "./docker-hub.ts";
import { ecr } from "./ecr.ts";
import { github } from "./github-cr.ts";
import { gitlab } from "./gitlab-cr.ts";
import { harbor } from "./harbor-cr.ts";
import { ncr } from "./ncr.ts";
import { oci } from "./oci.ts";
import { quay } from "./quay-cr.ts";

/** One line for each type; a missing one does not compile. */
export const ADAPTERS: Partial<Record<RegistryType, AdapterDefinition>> = {
  ecr,
  "docker-hub": dockerHub,
  "github-cr": github,
  "gitlab-cr": gitlab,
  "harbor-cr": harbor,
  ncr,
  oci,
  "quay-cr": quay,
};
