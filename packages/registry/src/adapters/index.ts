import type { RegistryType } from "@tidewaiter/contract";
import { acr } from "./acr.ts";
import type { AdapterDefinition, ForeignDefinition } from "./adapter.ts";
import { artifactory } from "./artifactory-cr.ts";
import { digitalOcean } from "./digitalocean-cr.ts";
import { dockerDaemon } from "./docker-daemon.ts";
import { dockerHub } from "./docker-hub.ts";
import { ecr } from "./ecr.ts";
import { gcr } from "./gcr.ts";
import { github } from "./github-cr.ts";
import { gitlab } from "./gitlab-cr.ts";
import { googleArtifact } from "./google-artifact-cr.ts";
import { harbor } from "./harbor-cr.ts";
import { ncr } from "./ncr.ts";
import { nexus } from "./nexus-cr.ts";
import { oci } from "./oci.ts";
import { quay } from "./quay-cr.ts";

/** One line for each type; a missing one does not compile. */
export const ADAPTERS: Readonly<Record<RegistryType, AdapterDefinition | ForeignDefinition>> = {
  acr,
  "artifactory-cr": artifactory,
  "digitalocean-cr": digitalOcean,
  "docker-daemon": dockerDaemon,
  "docker-hub": dockerHub,
  ecr,
  gcr,
  "github-cr": github,
  "gitlab-cr": gitlab,
  "google-artifact-cr": googleArtifact,
  "harbor-cr": harbor,
  ncr,
  "nexus-cr": nexus,
  oci,
  "quay-cr": quay,
};
